"""Pod specs as the API server's internal Go structs write themselves as JSON.

Some messages of the API server print internal structs: capitalised field names in the order of the struct, every field,
absent ones too (``null``, ``""``, ``0``, ``false``). ``as_struct`` makes such a value out of the plain object; a dict's
order is the order to print. ``diff`` is what an update that changes too much of a Pod is answered with.

Upstream: ``pkg/apis/core/types.go`` (v1.36) with the conversions of ``pkg/apis/core/v1``, and apimachinery's
``util/diff``. The structs stand in ``_STRUCTS`` as lines of ``GoName[=jsonName] type``, a notation of this module:

    s b i         a string, a boolean, a number       *s *b *i   a pointer to one
    [s] [i]       a list of strings, of numbers       m          a map from string to string
    R             a list of resources                 q *q       a quantity, a pointer to one
    any           written as it stands (types with a JSON form of their own: LabelSelector, IntOrString)
    T *T [T] +T   a struct, a pointer to one, a list of them, one whose fields stand among the others
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Obj = dict[str, Any]
    Field = tuple[str, str, str]

_STRUCTS = """
PodSpec: Volumes [Volume], InitContainers [Container], Containers [Container],
  EphemeralContainers [EphemeralContainer], RestartPolicy s, TerminationGracePeriodSeconds *i,
  ActiveDeadlineSeconds *i, DNSPolicy s, NodeSelector m, ServiceAccountName s, AutomountServiceAccountToken *b,
  NodeName s, SecurityContext *PodSecurityContext, ImagePullSecrets [LocalObjectReference], Hostname s, Subdomain s,
  SetHostnameAsFQDN *b, Affinity *Affinity, SchedulerName s, Tolerations [Toleration], HostAliases [HostAlias],
  PriorityClassName s, Priority *i, PreemptionPolicy *s, DNSConfig *PodDNSConfig, ReadinessGates [PodReadinessGate],
  RuntimeClassName *s, Overhead R, EnableServiceLinks *b, TopologySpreadConstraints [TopologySpreadConstraint],
  OS *PodOS, SchedulingGates [Named], ResourceClaims [PodResourceClaim], Resources *ResourceRequirements,
  HostnameOverride *s, SchedulingGroup *PodSchedulingGroup
Container: Name s, Image s, Command [s], Args [s], WorkingDir s, Ports [ContainerPort], EnvFrom [EnvFromSource],
  Env [EnvVar], Resources ResourceRequirements, ResizePolicy [ContainerResizePolicy], RestartPolicy *s,
  RestartPolicyRules [ContainerRestartRule], VolumeMounts [VolumeMount], VolumeDevices [VolumeDevice],
  LivenessProbe *Probe, ReadinessProbe *Probe, StartupProbe *Probe, Lifecycle *Lifecycle, TerminationMessagePath s,
  TerminationMessagePolicy s, ImagePullPolicy s, SecurityContext *SecurityContext, Stdin b, StdinOnce b, TTY b
EphemeralContainer: +Container, TargetContainerName s
ContainerPort: Name s, HostPort i, ContainerPort i, Protocol s, HostIP s
EnvFromSource: Prefix s, ConfigMapRef *OptionalReference, SecretRef *OptionalReference
OptionalReference: Name s, Optional *b
EnvVar: Name s, Value s, ValueFrom *EnvVarSource
EnvVarSource: FieldRef *ObjectFieldSelector, ResourceFieldRef *ResourceFieldSelector, ConfigMapKeyRef *KeySelector,
  SecretKeyRef *KeySelector, FileKeyRef *FileKeySelector
ObjectFieldSelector: APIVersion s, FieldPath s
ResourceFieldSelector: ContainerName s, Resource s, Divisor q
KeySelector: Name s, Key s, Optional *b
FileKeySelector: VolumeName s, Path s, Key s, Optional *b
ResourceRequirements: Limits R, Requests R, Claims [ResourceClaim]
ResourceClaim: Name s, Request s
ContainerResizePolicy: ResourceName s, RestartPolicy s
ContainerRestartRule: Action s, ExitCodes *ContainerRestartRuleOnExitCodes
ContainerRestartRuleOnExitCodes: Operator s, Values [i]
VolumeMount: Name s, ReadOnly b, RecursiveReadOnly *s, MountPath s, SubPath s, MountPropagation *s, SubPathExpr s
VolumeDevice: Name s, DevicePath s
Probe: +ProbeHandler, InitialDelaySeconds i, TimeoutSeconds i, PeriodSeconds i, SuccessThreshold i,
  FailureThreshold i, TerminationGracePeriodSeconds *i
ProbeHandler: Exec *ExecAction, HTTPGet *HTTPGetAction, TCPSocket *TCPSocketAction, GRPC *GRPCAction
LifecycleHandler: Exec *ExecAction, HTTPGet *HTTPGetAction, TCPSocket *TCPSocketAction, Sleep *SleepAction
Lifecycle: PostStart *LifecycleHandler, PreStop *LifecycleHandler, StopSignal *s
ExecAction: Command [s]
HTTPGetAction: Path s, Port any, Host s, Scheme s, HTTPHeaders [NameValue]
TCPSocketAction: Port any, Host s
GRPCAction: Port i, Service *s
SleepAction: Seconds i
NameValue: Name s, Value s
SecurityContext: Capabilities *Capabilities, Privileged *b, SELinuxOptions=seLinuxOptions *SELinuxOptions,
  WindowsOptions *WindowsSecurityContextOptions, RunAsUser *i, RunAsGroup *i, RunAsNonRoot *b,
  ReadOnlyRootFilesystem *b, AllowPrivilegeEscalation *b, ProcMount *s, SeccompProfile *Profile,
  AppArmorProfile *Profile
Capabilities: Add [s], Drop [s]
SELinuxOptions: User s, Role s, Type s, Level s
WindowsSecurityContextOptions: GMSACredentialSpecName *s, GMSACredentialSpec *s, RunAsUserName *s, HostProcess *b
Profile: Type s, LocalhostProfile *s
PodSecurityContext: HostNetwork b, HostPID b, HostIPC b, ShareProcessNamespace *b, HostUsers *b,
  SELinuxOptions=seLinuxOptions *SELinuxOptions, WindowsOptions *WindowsSecurityContextOptions, RunAsUser *i,
  RunAsGroup *i, RunAsNonRoot *b, SupplementalGroups [i], SupplementalGroupsPolicy *s, FSGroup=fsGroup *i,
  FSGroupChangePolicy=fsGroupChangePolicy *s, Sysctls [NameValue], SeccompProfile *Profile, AppArmorProfile *Profile,
  SELinuxChangePolicy=seLinuxChangePolicy *s
LocalObjectReference: Name s
Affinity: NodeAffinity *NodeAffinity, PodAffinity *PodAffinity, PodAntiAffinity *PodAffinity
NodeAffinity: RequiredDuringSchedulingIgnoredDuringExecution *NodeSelector,
  PreferredDuringSchedulingIgnoredDuringExecution [PreferredSchedulingTerm]
NodeSelector: NodeSelectorTerms [NodeSelectorTerm]
NodeSelectorTerm: MatchExpressions [NodeSelectorRequirement], MatchFields [NodeSelectorRequirement]
NodeSelectorRequirement: Key s, Operator s, Values [s]
PreferredSchedulingTerm: Weight i, Preference NodeSelectorTerm
PodAffinity: RequiredDuringSchedulingIgnoredDuringExecution [PodAffinityTerm],
  PreferredDuringSchedulingIgnoredDuringExecution [WeightedPodAffinityTerm]
WeightedPodAffinityTerm: Weight i, PodAffinityTerm PodAffinityTerm
PodAffinityTerm: LabelSelector any, Namespaces [s], TopologyKey s, NamespaceSelector any, MatchLabelKeys [s],
  MismatchLabelKeys [s]
Toleration: Key s, Operator s, Value s, Effect s, TolerationSeconds *i
HostAlias: IP=ip s, Hostnames [s]
PodDNSConfig: Nameservers [s], Searches [s], Options [PodDNSConfigOption]
PodDNSConfigOption: Name s, Value *s
PodReadinessGate: ConditionType s
TopologySpreadConstraint: MaxSkew i, TopologyKey s, WhenUnsatisfiable s, LabelSelector any, MinDomains *i,
  NodeAffinityPolicy *s, NodeTaintsPolicy *s, MatchLabelKeys [s]
PodOS: Name s
Named: Name s
PodResourceClaim: Name s, ResourceClaimName *s, ResourceClaimTemplateName *s
PodSchedulingGroup: PodGroupName *s
Volume: Name s, +VolumeSource
VolumeSource: HostPath *HostPathVolumeSource, EmptyDir *EmptyDirVolumeSource,
  GCEPersistentDisk=gcePersistentDisk *GCEPersistentDiskVolumeSource,
  AWSElasticBlockStore=awsElasticBlockStore *AWSElasticBlockStoreVolumeSource, GitRepo *GitRepoVolumeSource,
  Secret *SecretVolumeSource, NFS=nfs *NFSVolumeSource, ISCSI=iscsi *ISCSIVolumeSource,
  Glusterfs *GlusterfsVolumeSource, PersistentVolumeClaim *PersistentVolumeClaimVolumeSource, RBD=rbd *RBDVolumeSource,
  Quobyte *QuobyteVolumeSource, FlexVolume *FlexVolumeSource, Cinder *CinderVolumeSource,
  CephFS=cephfs *CephFSVolumeSource, Flocker *FlockerVolumeSource, DownwardAPI *DownwardAPIVolumeSource,
  FC=fc *FCVolumeSource,
  AzureFile *AzureFileVolumeSource, ConfigMap *ConfigMapVolumeSource, VsphereVolume *VsphereVirtualDiskVolumeSource,
  AzureDisk *AzureDiskVolumeSource, PhotonPersistentDisk *PhotonPersistentDiskVolumeSource,
  Projected *ProjectedVolumeSource, PortworxVolume *PortworxVolumeSource, ScaleIO=scaleIO *ScaleIOVolumeSource,
  StorageOS=storageos *StorageOSVolumeSource, CSI=csi *CSIVolumeSource, Ephemeral *EphemeralVolumeSource,
  Image *ImageVolumeSource
HostPathVolumeSource: Path s, Type *s
EmptyDirVolumeSource: Medium s, SizeLimit *q
GCEPersistentDiskVolumeSource: PDName s, FSType s, Partition i, ReadOnly b
AWSElasticBlockStoreVolumeSource: VolumeID s, FSType s, Partition i, ReadOnly b
GitRepoVolumeSource: Repository s, Revision s, Directory s
SecretVolumeSource: SecretName s, Items [KeyToPath], DefaultMode *i, Optional *b
NFSVolumeSource: Server s, Path s, ReadOnly b
ISCSIVolumeSource: TargetPortal s, IQN=iqn s, Lun i, ISCSIInterface=iscsiInterface s, FSType s, ReadOnly b, Portals [s],
  DiscoveryCHAPAuth=chapAuthDiscovery b, SessionCHAPAuth=chapAuthSession b, SecretRef *LocalObjectReference,
  InitiatorName *s
GlusterfsVolumeSource: EndpointsName=endpoints s, Path s, ReadOnly b
PersistentVolumeClaimVolumeSource: ClaimName s, ReadOnly b
RBDVolumeSource: CephMonitors=monitors [s], RBDImage=image s, FSType s, RBDPool=pool s, RadosUser=user s, Keyring s,
  SecretRef *LocalObjectReference, ReadOnly b
QuobyteVolumeSource: Registry s, Volume s, ReadOnly b, User s, Group s, Tenant s
FlexVolumeSource: Driver s, FSType s, SecretRef *LocalObjectReference, ReadOnly b, Options m
CinderVolumeSource: VolumeID s, FSType s, ReadOnly b, SecretRef *LocalObjectReference
CephFSVolumeSource: Monitors [s], Path s, User s, SecretFile s, SecretRef *LocalObjectReference, ReadOnly b
FlockerVolumeSource: DatasetName s, DatasetUUID s
DownwardAPIVolumeSource: Items [DownwardAPIVolumeFile], DefaultMode *i
DownwardAPIVolumeFile: Path s, FieldRef *ObjectFieldSelector, ResourceFieldRef *ResourceFieldSelector, Mode *i
FCVolumeSource: TargetWWNs=targetWWNs [s], Lun *i, FSType s, ReadOnly b, WWIDs=wwids [s]
AzureFileVolumeSource: SecretName s, ShareName s, ReadOnly b
ConfigMapVolumeSource: Name s, Items [KeyToPath], DefaultMode *i, Optional *b
KeyToPath: Key s, Path s, Mode *i
VsphereVirtualDiskVolumeSource: VolumePath s, FSType s, StoragePolicyName s, StoragePolicyID s
AzureDiskVolumeSource: DiskName s, DataDiskURI=diskURI s, CachingMode *s, FSType *s, ReadOnly *b, Kind *s
PhotonPersistentDiskVolumeSource: PdID s, FSType s
ProjectedVolumeSource: Sources [VolumeProjection], DefaultMode *i
VolumeProjection: Secret *Projection, DownwardAPI *DownwardAPIProjection, ConfigMap *Projection,
  ServiceAccountToken *ServiceAccountTokenProjection, ClusterTrustBundle *ClusterTrustBundleProjection,
  PodCertificate *PodCertificateProjection
Projection: Name s, Items [KeyToPath], Optional *b
DownwardAPIProjection: Items [DownwardAPIVolumeFile]
ServiceAccountTokenProjection: Audience s, ExpirationSeconds i, Path s
ClusterTrustBundleProjection: Name *s, SignerName *s, LabelSelector any, Optional *b, Path s
PodCertificateProjection: SignerName s, KeyType s, MaxExpirationSeconds *i, CredentialBundlePath s, KeyPath s,
  CertificateChainPath s, UserAnnotations m
PortworxVolumeSource: VolumeID s, FSType s, ReadOnly b
ScaleIOVolumeSource: Gateway s, System s, SecretRef *LocalObjectReference, SSLEnabled b, ProtectionDomain s,
  StoragePool s, StorageMode s, VolumeName s, FSType s, ReadOnly b
StorageOSVolumeSource: VolumeName s, VolumeNamespace s, FSType s, ReadOnly b, SecretRef *LocalObjectReference
CSIVolumeSource: Driver s, ReadOnly *b, FSType *s, VolumeAttributes m, NodePublishSecretRef *LocalObjectReference
EphemeralVolumeSource: VolumeClaimTemplate *PersistentVolumeClaimTemplate
PersistentVolumeClaimTemplate: +meta, Spec PersistentVolumeClaimSpec
PersistentVolumeClaimSpec: AccessModes [s], Selector any, Resources VolumeResourceRequirements, VolumeName s,
  StorageClassName *s, VolumeMode *s, DataSource any, DataSourceRef any, VolumeAttributesClassName *s
VolumeResourceRequirements: Limits R, Requests R
PersistentVolumeSource: GCEPersistentDisk=gcePersistentDisk *GCEPersistentDiskVolumeSource,
  AWSElasticBlockStore=awsElasticBlockStore *AWSElasticBlockStoreVolumeSource, HostPath *HostPathVolumeSource,
  Glusterfs *GlusterfsPersistentVolumeSource, NFS=nfs *NFSVolumeSource, RBD=rbd *RBDPersistentVolumeSource,
  Quobyte *QuobyteVolumeSource, ISCSI=iscsi *ISCSIPersistentVolumeSource, FlexVolume *FlexPersistentVolumeSource,
  Cinder *CinderPersistentVolumeSource, CephFS=cephfs *CephFSPersistentVolumeSource, FC=fc *FCVolumeSource,
  Flocker *FlockerVolumeSource, AzureFile *AzureFilePersistentVolumeSource,
  VsphereVolume *VsphereVirtualDiskVolumeSource, AzureDisk *AzureDiskVolumeSource,
  PhotonPersistentDisk *PhotonPersistentDiskVolumeSource, PortworxVolume *PortworxVolumeSource,
  ScaleIO=scaleIO *ScaleIOPersistentVolumeSource, Local *LocalVolumeSource,
  StorageOS=storageos *StorageOSPersistentVolumeSource, CSI=csi *CSIPersistentVolumeSource
SecretReference: Name s, Namespace s
GlusterfsPersistentVolumeSource: EndpointsName=endpoints s, Path s, ReadOnly b, EndpointsNamespace *s
RBDPersistentVolumeSource: CephMonitors=monitors [s], RBDImage=image s, FSType s, RBDPool=pool s, RadosUser=user s,
  Keyring s, SecretRef *SecretReference, ReadOnly b
ISCSIPersistentVolumeSource: TargetPortal s, IQN=iqn s, Lun i, ISCSIInterface=iscsiInterface s, FSType s, ReadOnly b,
  Portals [s], DiscoveryCHAPAuth=chapAuthDiscovery b, SessionCHAPAuth=chapAuthSession b, SecretRef *SecretReference,
  InitiatorName *s
FlexPersistentVolumeSource: Driver s, FSType s, SecretRef *SecretReference, ReadOnly b, Options m
CinderPersistentVolumeSource: VolumeID s, FSType s, ReadOnly b, SecretRef *SecretReference
CephFSPersistentVolumeSource: Monitors [s], Path s, User s, SecretFile s, SecretRef *SecretReference, ReadOnly b
AzureFilePersistentVolumeSource: SecretName s, ShareName s, ReadOnly b, SecretNamespace *s
ScaleIOPersistentVolumeSource: Gateway s, System s, SecretRef *SecretReference, SSLEnabled b, ProtectionDomain s,
  StoragePool s, StorageMode s, VolumeName s, FSType s, ReadOnly b
LocalVolumeSource: Path s, FSType *s
StorageOSPersistentVolumeSource: VolumeName s, VolumeNamespace s, FSType s, ReadOnly b, SecretRef any
CSIPersistentVolumeSource: Driver s, VolumeHandle s, ReadOnly b, FSType s, VolumeAttributes m,
  ControllerPublishSecretRef *SecretReference, NodeStageSecretRef *SecretReference,
  NodePublishSecretRef *SecretReference, ControllerExpandSecretRef *SecretReference,
  NodeExpandSecretRef *SecretReference
ImageVolumeSource: Reference s, PullPolicy s
PodFailurePolicy: Rules [PodFailurePolicyRule]
PodFailurePolicyRule: Action s, OnExitCodes *PodFailurePolicyOnExitCodesRequirement,
  OnPodConditions [PodFailurePolicyOnPodConditionsPattern]
PodFailurePolicyOnExitCodesRequirement: ContainerName *s, Operator s, Values [i]
PodFailurePolicyOnPodConditionsPattern: Type s, Status s
SuccessPolicy: Rules [SuccessPolicyRule]
SuccessPolicyRule: SucceededIndexes *s, SucceededCount *i
DeploymentStrategy: Type s, RollingUpdate *RollingUpdateDeployment
RollingUpdateDeployment: MaxUnavailable any, MaxSurge any
"""
#: What 1.36 answers counts six lines more for each source of a projected volume (every Pod's token volume has three)
#: than its structs have fields. No answer has shown these lines, so only the numbers of later lines allow for them.
_UNSEEN_LINES = 6
_EMPTY: dict[str, Any] = {"s": "", "b": False, "i": 0, "q": "0"}
_tables: dict[str, list[Field]] = {}


def as_struct(value: Any, struct: str) -> Any:
    """Return ``value`` (a dict, or None) as the internal struct of this name writes itself: a dict in its order."""
    fields = _table(struct)
    value = value or {}
    out: Obj = {}
    for go_name, json_name, kind in fields:
        if go_name:
            out[go_name] = _field(value.get(json_name), kind)
        elif kind == "meta":
            out.update(value.get("metadata") or {})
        else:
            out.update(as_struct(value, kind))
    return out


def pod_spec_struct(spec: Obj) -> Obj:
    """Return a pod spec as the internal ``PodSpec``: there the host's namespaces are part of the security context."""
    context = dict(spec.get("securityContext") or {})
    for field in ("hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace", "hostUsers"):
        if field in spec:
            context[field] = spec[field]
    struct: Obj = as_struct({**spec, "securityContext": context}, "PodSpec")
    return struct


def pod_template_struct(template: Obj) -> Obj:
    """Return a pod template as the internal ``PodTemplateSpec``, whose metadata is spread out."""
    metadata = template.get("metadata") or {}
    shown = {
        field: dict(sorted(metadata[field].items())) for field in ("labels", "annotations") if metadata.get(field)
    }
    return {**shown, "Spec": pod_spec_struct(template.get("spec") or {})}


def as_json(struct: Any) -> str:
    """Return a struct as Go's ``json.MarshalIndent(struct, "", " ")`` writes it."""
    import json
    import re

    text = json.dumps(struct, indent=1, ensure_ascii=False)
    return re.sub("[<>&\u2028\u2029]", lambda match: f"\\u{ord(match[0]):04x}", text)


def diff(old: Any, new: Any) -> str:
    """Return how two structs differ: a unified diff of their JSON, three lines of context, no head."""
    from difflib import unified_diff

    unseen = sum(len((volume["Projected"] or {}).get("Sources") or ()) for volume in old.get("Volumes") or ())
    # The first two lines are the names of the files, of which there are none.
    hunks = list(unified_diff(as_json(old).split("\n"), as_json(new).split("\n"), n=3, lineterm=""))[2:]
    return "".join(f"{_shift_head(line, unseen * _UNSEEN_LINES)}\n" for line in hunks)


def _shift_head(line: str, by: int) -> str:
    """Move the line numbers of a hunk that stands after the volumes (that is, after more than their first line)."""
    import re

    if not line.startswith("@@ ") or not by:
        return line
    numbers = re.findall(r"[-+](\d+)", line)
    if int(numbers[0]) <= 1:
        return line
    return re.sub(r"([-+])(\d+)", lambda match: f"{match[1]}{int(match[2]) + by}", line)


def _field(value: Any, kind: str) -> Any:
    """One field of a struct."""
    pointer = kind.startswith("*")
    kind = kind.lstrip("*")
    if kind.startswith("["):
        inner = kind[1:-1]
        return [_field(item, inner) for item in value] if value else None
    if kind in ("m", "R"):
        return {key: value[key] for key in sorted(value)} if value else None
    if kind == "any" or (value is None and pointer):
        return value
    if kind in _EMPTY:
        return _EMPTY[kind] if value is None else value
    return as_struct(value, kind)


def _table(struct: str) -> list[Field]:
    """The fields of a struct: (Go's name or "" for one that is spread out, JSON's name, type)."""
    if not _tables:
        for definition in _STRUCTS.replace("\n  ", " ").strip().split("\n"):
            name, _, fields = definition.partition(": ")
            _tables[name] = [_parse(field) for field in fields.split(", ")]
    return _tables[struct]


def _parse(field: str) -> Field:
    if field.startswith("+"):
        return "", "", field[1:]
    name, _, kind = field.partition(" ")
    go_name, _, json_name = name.partition("=")
    return go_name, json_name or _lower_first(go_name), kind.strip()


def _lower_first(name: str) -> str:
    """``HostPath`` becomes ``hostPath``, ``DNSPolicy`` ``dnsPolicy``, ``TTY`` ``tty``."""
    letters = 0
    while letters < len(name) and name[letters].isupper():
        letters += 1
    if letters > 1 and letters < len(name):
        letters -= 1
    return name[:letters].lower() + name[letters:]
