"""What several kinds share about Pods: the spec and the template, their defaults, rules and words.

- ``defaults``: what the API server fills in (``SetDefaults_*`` of core/v1)
- ``validation`` and the modules beside it: the rules (``ValidatePodSpec``, ``ValidatePodTemplateSpec``)
- ``describe``: the Pod Template section and containers and volumes of ``kubectl describe``
- ``status``: what others ask about a Pod: ready, available, active, which goes first when there are too many
- ``resources``: what a Pod asks for and may use, its QoS class
- ``gostruct``: a spec as the API server's internal Go structs, for the messages that print them
- ``warnings``: what is allowed but unwise

Each module is imported where it is needed; this one imports none of them.
"""
