"""What the network of a cluster would do with a name or a request, without a packet: answers, and the way they came about.

``dns`` answers as the cluster's DNS, ``proxy`` chooses endpoints as kube-proxy, ``ingress`` finds the backend of an HTTP
request as an Ingress controller, ``policies`` lets it through or not as a network plugin, and ``routing`` follows a
request through all of them. Everything is read off the stored objects; nothing is written. Upstream: CoreDNS's plugin
``kubernetes``, ``pkg/proxy``, and the meaning that the API's documentation gives to Ingresses and NetworkPolicies.
"""
