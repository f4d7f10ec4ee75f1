"""The roles and bindings that a new cluster comes with, as text: what upstream's policy says, and nothing else.

Upstream: ``plugin/pkg/auth/authorizer/rbac/bootstrappolicy`` (``policy.go``, ``controller_policy.go``,
``namespace_policy.go``) of Kubernetes 1.36 with its default feature gates. ``policy`` reads it.

A line ``[NAME]`` begins a ClusterRole; ``+admin`` behind the name is the label that lets the role ``admin`` take \
its rules,
``=admin`` makes it a role that does so. ``[NAMESPACE/NAME]`` begins a Role. A line below it is a rule: verbs, groups
(``-`` is the core group) and resources, and perhaps names of objects; or verbs and URLs. ``R`` is get, list and watch,
``RU`` these and update and patch, ``W`` what writes, ``RW`` both; ``events`` is the rule of who reports events.
"""

from __future__ import annotations

CLUSTER_ROLES = """\
[cluster-admin]
* * *
* *
[system:discovery]
get /livez,/readyz,/healthz,/version,/version/,/openapi,/openapi/*,/api,/api/*,/apis,/apis/*
[system:monitoring]
get /metrics,/metrics/slis,/livez,/readyz,/healthz,/livez/*,/readyz/*,/healthz/*
get - nodes/metrics
[system:basic-user]
create authorization.k8s.io selfsubjectaccessreviews,selfsubjectrulesreviews
create authentication.k8s.io selfsubjectreviews
[system:public-info-viewer]
get /livez,/readyz,/healthz,/version,/version/
[admin =admin]
[edit +admin =edit]
[view +edit =view]
[system:aggregate-to-admin +admin]
create authorization.k8s.io localsubjectaccessreviews
RW rbac.authorization.k8s.io roles,rolebindings
[system:aggregate-to-edit +edit]
R - pods/attach,pods/proxy,pods/exec,pods/portforward,secrets,services/proxy
impersonate - serviceaccounts
W - pods,pods/attach,pods/proxy,pods/exec,pods/portforward
create - pods/eviction
W - replicationcontrollers,replicationcontrollers/scale,serviceaccounts,services,services/proxy,\
persistentvolumeclaims,configmaps,secrets,events
create - serviceaccounts/token
W apps statefulsets,statefulsets/scale,daemonsets,deployments,deployments/scale,deployments/rollback,replicasets,\
replicasets/scale
W autoscaling horizontalpodautoscalers
W batch jobs,cronjobs
W extensions daemonsets,deployments,deployments/scale,deployments/rollback,ingresses,replicasets,replicasets/scale,\
replicationcontrollers/scale,networkpolicies
W policy poddisruptionbudgets
W networking.k8s.io networkpolicies,ingresses
RW coordination.k8s.io leases
W resource.k8s.io resourceclaims,resourceclaimtemplates
[system:aggregate-to-view +view]
R - pods,replicationcontrollers,replicationcontrollers/scale,serviceaccounts,services,services/status,endpoints,\
persistentvolumeclaims,persistentvolumeclaims/status,configmaps
R - limitranges,resourcequotas,bindings,events,pods/status,resourcequotas/status,namespaces/status,\
replicationcontrollers/status,pods/log
R - namespaces
R discovery.k8s.io endpointslices
R apps controllerrevisions,statefulsets,statefulsets/status,statefulsets/scale,daemonsets,daemonsets/status,\
deployments,deployments/status,deployments/scale,replicasets,replicasets/status,replicasets/scale
R autoscaling horizontalpodautoscalers,horizontalpodautoscalers/status
R batch jobs,cronjobs,cronjobs/status,jobs/status
R extensions daemonsets,daemonsets/status,deployments,deployments/scale,deployments/status,ingresses,\
ingresses/status,replicasets,replicasets/scale,replicasets/status,replicationcontrollers/scale,networkpolicies
R policy poddisruptionbudgets,poddisruptionbudgets/status
R networking.k8s.io networkpolicies,ingresses,ingresses/status
R resource.k8s.io resourceclaims,resourceclaims/status,resourceclaimtemplates
[system:heapster]
R - events,pods,nodes,namespaces
R extensions deployments
[system:node]
create authentication.k8s.io tokenreviews
create authorization.k8s.io subjectaccessreviews,localsubjectaccessreviews
R - services
create,get,list,watch - nodes
update,patch - nodes/status
update,patch - nodes
create,update,patch - events
R - pods
create,delete - pods
update,patch - pods/status
create - pods/eviction
R - secrets,configmaps
get - persistentvolumeclaims,persistentvolumes
get - endpoints
create,get,list,watch certificates.k8s.io certificatesigningrequests
get,create,update,patch,delete coordination.k8s.io leases
get storage.k8s.io volumeattachments
create - serviceaccounts/token
get,update,patch - persistentvolumeclaims/status
R storage.k8s.io csidrivers
get,create,update,patch,delete storage.k8s.io csinodes
R node.k8s.io runtimeclasses
get resource.k8s.io resourceclaims
deletecollection resource.k8s.io resourceslices
get - serviceaccounts
[system:node-problem-detector]
get - nodes
patch - nodes/status
events
[system:node-bootstrapper]
create,get,list,watch certificates.k8s.io certificatesigningrequests
[system:auth-delegator]
create authentication.k8s.io tokenreviews
create authorization.k8s.io subjectaccessreviews
[system:kube-aggregator]
R - services,endpoints
[system:kube-controller-manager]
events
create coordination.k8s.io leases
get,update coordination.k8s.io leases kube-controller-manager
create - secrets,serviceaccounts
delete - secrets
get - namespaces,secrets,serviceaccounts,configmaps
update - secrets,serviceaccounts
create authentication.k8s.io tokenreviews
create authorization.k8s.io subjectaccessreviews
list,watch * *
create - serviceaccounts/token
[system:kube-dns]
list,watch - endpoints,services
[system:persistent-volume-provisioner]
get,list,watch,create,delete - persistentvolumes
get,list,watch,update - persistentvolumeclaims
R storage.k8s.io storageclasses
watch - events
events
[system:certificates.k8s.io:certificatesigningrequests:nodeclient]
create certificates.k8s.io certificatesigningrequests/nodeclient
[system:certificates.k8s.io:certificatesigningrequests:selfnodeclient]
create certificates.k8s.io certificatesigningrequests/selfnodeclient
[system:volume-scheduler]
RU - persistentvolumes
R storage.k8s.io storageclasses
RU - persistentvolumeclaims
[system:certificates.k8s.io:legacy-unknown-approver]
approve certificates.k8s.io signers kubernetes.io/legacy-unknown
[system:certificates.k8s.io:kubelet-serving-approver]
approve certificates.k8s.io signers kubernetes.io/kubelet-serving
[system:certificates.k8s.io:kube-apiserver-client-approver]
approve certificates.k8s.io signers kubernetes.io/kube-apiserver-client
[system:certificates.k8s.io:kube-apiserver-client-kubelet-approver]
approve certificates.k8s.io signers kubernetes.io/kube-apiserver-client-kubelet
[system:service-account-issuer-discovery]
get /.well-known/openid-configuration,/.well-known/openid-configuration/,/openid/v1/jwks,/openid/v1/jwks/
[system:kubelet-api-admin]
R - nodes
proxy - nodes
* - nodes/proxy,nodes/metrics,nodes/stats,nodes/log
* - nodes/pods,nodes/healthz,nodes/configz
[system:node-proxier]
list,watch - services,endpoints
R - nodes
events
list,watch networking.k8s.io servicecidrs
list,watch discovery.k8s.io endpointslices
[system:kube-scheduler]
events
create coordination.k8s.io leases
get,update,list,watch coordination.k8s.io leases kube-scheduler
RW coordination.k8s.io leasecandidates
R - nodes
get,list,watch,delete - pods
create - pods/binding,bindings
patch,update - pods/status
R - services,replicationcontrollers
R apps,extensions replicasets
R apps statefulsets
R policy poddisruptionbudgets
R - persistentvolumeclaims,persistentvolumes
create authentication.k8s.io tokenreviews
create authorization.k8s.io subjectaccessreviews
R storage.k8s.io csinodes
R storage.k8s.io volumeattachments
R - namespaces
R storage.k8s.io csidrivers
R storage.k8s.io csistoragecapacities
R resource.k8s.io deviceclasses
RU resource.k8s.io resourceclaims
RU resource.k8s.io resourceclaims/status
RU - pods/finalizers
R resource.k8s.io resourceslices
create,delete resource.k8s.io resourceclaims
R resource.k8s.io devicetaintrules
"""

#: the roles of controllers, each without ``system:controller:``; each is bound to the ServiceAccount of its name
CONTROLLER_ROLES = """\
[attachdetach-controller]
list,watch - persistentvolumes,persistentvolumeclaims
R - nodes
patch,update - nodes/status
list,watch - pods
events
get,create,delete,list,watch storage.k8s.io volumeattachments
R storage.k8s.io csidrivers
R storage.k8s.io csinodes
[clusterrole-aggregation-controller]
escalate,get,list,watch,update,patch rbac.authorization.k8s.io clusterroles
[cronjob-controller]
get,list,watch,update batch cronjobs
get,list,watch,create,update,delete,patch batch jobs
update batch cronjobs/status
update batch cronjobs/finalizers
list,watch,delete - pods
events
[daemon-set-controller]
R extensions,apps daemonsets
update extensions,apps daemonsets/status
update extensions,apps daemonsets/finalizers
list,watch - nodes
list,watch,create,delete,patch - pods
create - pods/binding
get,list,watch,create,delete,update,patch apps controllerrevisions
events
[deployment-controller]
get,list,watch,update extensions,apps deployments
update extensions,apps deployments/status
update extensions,apps deployments/finalizers
get,list,watch,create,update,patch,delete apps,extensions replicasets
get,list,watch,update - pods
events
[disruption-controller]
R extensions,apps deployments
R apps,extensions replicasets
R - replicationcontrollers
R policy poddisruptionbudgets
R apps statefulsets
update policy poddisruptionbudgets/status
patch,update - pods/status
get * */scale
events
[endpoint-controller]
R - services,pods
get,list,watch,create,update,delete - endpoints
create - endpoints/restricted
events
[endpointslice-controller]
R - services,pods,nodes
update - services/finalizers
get,list,watch,create,update,delete discovery.k8s.io endpointslices
events
[endpointslicemirroring-controller]
R - services,endpoints
update - services/finalizers
update - endpoints/finalizers
get,list,watch,create,update,delete discovery.k8s.io endpointslices
events
[expand-controller]
get,list,watch,update,patch - persistentvolumes
update,patch - persistentvolumeclaims/status
R - persistentvolumeclaims
events
get - services
[ephemeral-volume-controller]
R - pods
update - pods/finalizers
get,list,watch,create - persistentvolumeclaims
events
[resource-claim-controller]
R - pods
update - pods/finalizers
get,list,watch,create,delete resource.k8s.io resourceclaims
update,patch resource.k8s.io resourceclaims,resourceclaims/status
update,patch - pods/status
events
[device-taint-eviction-controller]
get,list,watch,delete - pods
update,patch - pods/status
R resource.k8s.io resourceclaims
R resource.k8s.io resourceslices
R resource.k8s.io deviceclasses
R resource.k8s.io devicetaintrules
events
[generic-garbage-collector]
get,list,watch,patch,update,delete * *
events
[horizontal-pod-autoscaler]
R autoscaling horizontalpodautoscalers
update autoscaling horizontalpodautoscalers/status
get,update * */scale
list,watch - pods
list,watch metrics.k8s.io pods
R custom.metrics.k8s.io *
R external.metrics.k8s.io *
events
[job-controller]
get,list,watch,update,patch batch jobs
update batch jobs/status
update batch jobs/finalizers
list,watch,create,delete,patch - pods
events
[namespace-controller]
get,list,watch,delete - namespaces
update - namespaces/finalize,namespaces/status
get,list,watch,delete,deletecollection * *
[node-controller]
get,list,watch,update,delete,patch - nodes
patch,update - nodes/status
patch,update - pods/status
list,watch,get,delete - pods
events
[persistent-volume-binder]
get,list,watch,update,create,delete - persistentvolumes
update - persistentvolumes/status
get,list,watch,update - persistentvolumeclaims
update - persistentvolumeclaims/status
list,watch,get,create,delete - pods
R storage.k8s.io storageclasses
list,watch - nodes
events
watch - events
get - services
[pod-garbage-collector]
list,watch,delete - pods
R - nodes
patch - pods/status
[replicaset-controller]
get,list,watch,update apps,extensions replicasets
update apps,extensions replicasets/status
update apps,extensions replicasets/finalizers
list,watch,patch,create,delete - pods
events
[replication-controller]
get,list,watch,update - replicationcontrollers
update - replicationcontrollers/status
update - replicationcontrollers/finalizers
list,watch,patch,create,delete - pods
events
[resourcequota-controller]
list,watch * *
update - resourcequotas/status
events
[route-controller]
list,watch - nodes
patch - nodes/status
events
[service-account-controller]
create - serviceaccounts
events
[service-controller]
R - services
patch,update - services/status
list,watch - nodes
events
[service-cidrs-controller]
get,list,watch,patch,update networking.k8s.io servicecidrs
patch,update networking.k8s.io servicecidrs/finalizers
patch,update networking.k8s.io servicecidrs/status
R networking.k8s.io ipaddresses
events
[statefulset-controller]
list,watch - pods
R apps statefulsets
update apps statefulsets/status
update apps statefulsets/finalizers
get,create,delete,update,patch - pods
get,create,delete,update,patch,list,watch apps controllerrevisions
get,create,list,watch - persistentvolumeclaims
update,delete - persistentvolumeclaims
update - pods/finalizers
events
[ttl-controller]
update,patch,list,watch - nodes
events
[certificate-controller]
get,list,watch,delete certificates.k8s.io certificatesigningrequests
update certificates.k8s.io certificatesigningrequests/status,certificatesigningrequests/approval
approve certificates.k8s.io signers kubernetes.io/kube-apiserver-client-kubelet
sign certificates.k8s.io signers kubernetes.io/legacy-unknown,kubernetes.io/kube-apiserver-client,\
kubernetes.io/kube-apiserver-client-kubelet,kubernetes.io/kubelet-serving
create authorization.k8s.io subjectaccessreviews
events
[pvc-protection-controller]
get,list,watch,update - persistentvolumeclaims
list,watch,get - pods
events
[pv-protection-controller]
get,list,watch,update - persistentvolumes
events
[volumeattributesclass-protection-controller]
R - persistentvolumeclaims
R - persistentvolumes
get,list,watch,update storage.k8s.io volumeattributesclasses
events
[ttl-after-finished-controller]
get,list,watch,delete batch jobs
events
[root-ca-cert-publisher]
create,update - configmaps
events
[validatingadmissionpolicy-status-controller]
R admissionregistration.k8s.io validatingadmissionpolicies
get,patch,update admissionregistration.k8s.io validatingadmissionpolicies/status
events
[legacy-service-account-token-cleaner]
get - configmaps kube-apiserver-legacy-service-account-token-tracking
patch,delete - secrets
[selinux-warning-controller]
events
R - persistentvolumes
R - persistentvolumeclaims
R - pods
R storage.k8s.io csidrivers
"""

ROLES = """\
[kube-system/extension-apiserver-authentication-reader]
R - configmaps extension-apiserver-authentication
[kube-system/system:controller:bootstrap-signer]
R - secrets
[kube-system/system:controller:cloud-provider]
create,get,list,watch - configmaps
[kube-system/system:controller:token-cleaner]
get,list,watch,delete - secrets
events
[kube-system/system::leader-locking-kube-controller-manager]
watch - configmaps
get,update - configmaps kube-controller-manager
[kube-system/system::leader-locking-kube-scheduler]
watch - configmaps
get,update - configmaps kube-scheduler
[kube-public/system:controller:bootstrap-signer]
R - configmaps
update - configmaps cluster-info
events
"""

#: name of a ClusterRole (and its binding), and who is bound to it: users, groups or NAMESPACE/SERVICEACCOUNT
CLUSTER_ROLE_BINDINGS = """\
cluster-admin Group system:masters
system:monitoring Group system:monitoring
system:discovery Group system:authenticated
system:basic-user Group system:authenticated
system:public-info-viewer Group system:authenticated Group system:unauthenticated
system:node-proxier User system:kube-proxy
system:kube-controller-manager User system:kube-controller-manager
system:kube-dns ServiceAccount kube-system/kube-dns
system:kube-scheduler User system:kube-scheduler
system:volume-scheduler User system:kube-scheduler
system:node
system:service-account-issuer-discovery Group system:serviceaccounts
"""

#: namespace and name of a binding, the Role, and who is bound to it
ROLE_BINDINGS = """\
kube-system/system::extension-apiserver-authentication-reader extension-apiserver-authentication-reader User \
system:kube-controller-manager User system:kube-scheduler
kube-system/system::leader-locking-kube-controller-manager system::leader-locking-kube-controller-manager User \
system:kube-controller-manager ServiceAccount kube-system/kube-controller-manager
kube-system/system::leader-locking-kube-scheduler system::leader-locking-kube-scheduler User system:kube-scheduler \
ServiceAccount kube-system/kube-scheduler
kube-system/system:controller:bootstrap-signer system:controller:bootstrap-signer ServiceAccount \
kube-system/bootstrap-signer
kube-system/system:controller:cloud-provider system:controller:cloud-provider ServiceAccount kube-system/cloud-provider
kube-system/system:controller:token-cleaner system:controller:token-cleaner ServiceAccount kube-system/token-cleaner
kube-public/system:controller:bootstrap-signer system:controller:bootstrap-signer ServiceAccount \
kube-system/bootstrap-signer
"""
