/**
 * The endpoints that sources tell of: the OpenAPI description of 10.0 U6, and what is older or stands beside it. Below
 * `/v1/`, or from the root with a slash.
 */
export const documented: readonly string[] = `
  GET /v1/
  GET {resource}/help
  POST session/add
  DELETE session
  GET /auth/realms/zerto/.well-known/openid-configuration
  POST /auth/realms/zerto/protocol/openid-connect/logout
  POST /auth/realms/zerto/protocol/openid-connect/token
  GET alerts
  GET alerts/entities
  GET alerts/helpidentifiers
  GET alerts/levels
  GET alerts/{alert}
  POST alerts/{alert}/dismiss
  POST alerts/{alert}/undismiss
  GET datastores
  GET datastores/{datastore}
  POST encryptionDetection/dismissEvent
  GET encryptionDetection/metrics/vms
  GET encryptionDetection/metrics/volumes
  GET encryptionDetection/metrics/vpgs
  GET POST encryptionDetection/state
  GET encryptionDetection/suspected/vms
  GET encryptionDetection/suspected/volumes
  GET encryptionDetection/suspected/vpgs
  GET events
  GET events/categories
  GET events/entities
  GET events/types
  GET events/{event}
  GET POST flrs
  GET DELETE flrs/{session}
  POST flrs/{session}/browse
  POST flrs/{session}/download
  GET PUT DELETE license
  GET localsite
  POST localsite/billing/sendUsage
  GET localsite/pairingstatuses
  GET PUT localsite/settings/loginBanner
  POST ltr/catalog/deleteretentionsets
  GET ltr/catalog/fullretentionsets
  GET ltr/catalog/fullretentionsets/{set}/incrementals
  GET ltr/catalog/vms
  GET ltr/catalog/vms/{vm}/retentionsets
  GET ltr/catalog/vms/{vm}/retentionsets/{set}/settings
  GET ltr/health/vpgs
  GET POST ltr/repositories
  GET PUT DELETE ltr/repositories/{repository}
  POST ltr/restore/vm
  POST ltr/vpgs/{vpg}/retentionabort
  POST ltr/vpgs/{vpg}/retentionstart
  GET POST peersites
  POST peersites/generatetoken
  GET peersites/pairingstatuses
  GET DELETE peersites/{site}
  GET DELETE recoveryScripts/output/files
  POST DELETE recoveryScripts/output/folders
  GET recoveryScripts/output/items
  GET POST DELETE recoveryScripts/repository/files
  POST DELETE recoveryScripts/repository/folders
  GET recoveryScripts/repository/items
  GET reports/recovery
  GET reports/recovery/{report}
  GET reports/resources
  GET serverDateTime/dateTimeArgument
  GET serverDateTime/serverDateTimeLocal
  GET serverDateTime/serverDateTimeUtc
  GET serviceprofiles
  GET serviceprofiles/{profile}
  GET statistics/vms
  GET tasks
  GET tasks/types
  GET tasks/{task}
  GET vcd/validOrgVdcs
  GET vcd/vmsWithoutMorefId
  GET virtualizationsites
  GET virtualizationsites/{site}
  GET virtualizationsites/{site}/datastoreclusters
  GET virtualizationsites/{site}/datastores
  GET virtualizationsites/{site}/devices
  GET virtualizationsites/{site}/folders
  GET virtualizationsites/{site}/hostclusters
  GET virtualizationsites/{site}/hosts
  GET virtualizationsites/{site}/hosts/{host}
  GET virtualizationsites/{site}/networks
  GET virtualizationsites/{site}/orgvdcs
  GET virtualizationsites/{site}/orgvdcs/{vdc}/networks
  GET virtualizationsites/{site}/orgvdcs/{vdc}/storagepolicies
  GET virtualizationsites/{site}/publiccloud/diskencryptionkeys
  GET virtualizationsites/{site}/publiccloud/encryptionkeys
  GET virtualizationsites/{site}/publiccloud/encryptionkeys/{key}
  GET virtualizationsites/{site}/publiccloud/keyscontainers
  GET virtualizationsites/{site}/publiccloud/managedidentities
  GET virtualizationsites/{site}/publiccloud/resourceGroups
  GET virtualizationsites/{site}/publiccloud/securityGroups
  GET virtualizationsites/{site}/publiccloud/subnets
  GET virtualizationsites/{site}/publiccloud/virtualNetworks
  GET virtualizationsites/{site}/publiccloud/vmInstanceTypes
  GET virtualizationsites/{site}/repositories
  GET virtualizationsites/{site}/resourcepools
  GET virtualizationsites/{site}/vcdvapps
  GET virtualizationsites/{site}/vms
  GET vms
  GET vms/{vm}
  GET vms/{vm}/pointsInTime
  GET vms/{vm}/pointsInTime/stats
  POST vms/{vm}/Restore
  POST vms/{vm}/RestoreCommit
  POST vms/{vm}/RestoreRollback
  GET volumes
  GET vpgs
  GET vpgs/entitytypes
  GET vpgs/failovercommitpolicies
  GET vpgs/failovershutdownpolicies
  GET vpgs/priorities
  GET vpgs/retentionpolicies
  GET vpgs/statuses
  GET vpgs/substatuses
  GET DELETE vpgs/{vpg}
  GET POST vpgs/{vpg}/checkpoints
  GET vpgs/{vpg}/checkpoints/stats
  POST vpgs/{vpg}/CloneAbort
  POST vpgs/{vpg}/CloneStart
  POST vpgs/{vpg}/Failover
  POST vpgs/{vpg}/FailoverCommit
  POST vpgs/{vpg}/FailoverRollback
  POST vpgs/{vpg}/FailoverTest
  POST vpgs/{vpg}/FailoverTestStop
  POST vpgs/{vpg}/forcesync
  POST vpgs/{vpg}/Move
  POST vpgs/{vpg}/MoveCommit
  POST vpgs/{vpg}/moveRollback
  POST vpgs/{vpg}/pause
  POST vpgs/{vpg}/resume
  GET POST vpgSettings
  POST vpgSettings/copyVpgSettings
  GET vpgSettings/exportedSettings
  POST vpgSettings/exportedSettings/{time}
  GET vpgSettings/exportedSettings/{time}/vpgsinfo
  POST vpgSettings/exportSettings
  POST vpgSettings/import
  GET PUT DELETE vpgSettings/{settings}
  GET PUT DELETE vpgSettings/{settings}/basic
  GET PUT DELETE vpgSettings/{settings}/bootgroup
  POST vpgSettings/{settings}/commit
  GET PUT DELETE vpgSettings/{settings}/journal
  GET POST PUT DELETE vpgSettings/{settings}/ltr
  GET PUT DELETE vpgSettings/{settings}/networks
  GET vpgSettings/{settings}/priority
  GET PUT DELETE vpgSettings/{settings}/recovery
  GET PUT DELETE vpgSettings/{settings}/scratch
  GET PUT DELETE vpgSettings/{settings}/scripting
  GET POST vpgSettings/{settings}/vms
  GET PUT DELETE vpgSettings/{settings}/vms/{vm}
  GET vpgSettings/{settings}/vms/{vm}/nics
  GET PUT DELETE vpgSettings/{settings}/vms/{vm}/nics/{nic}
  GET vpgSettings/{settings}/vms/{vm}/volumes
  GET PUT vpgSettings/{settings}/vms/{vm}/volumes/{volume}
  GET POST vras
  DELETE vras/cleanup
  POST vras/clusters
  PUT DELETE vras/clusters/{cluster}
  GET POST vras/clusters/{cluster}/settings
  GET vras/ipconfigurationtypes
  GET vras/statuses
  GET PUT DELETE vras/{vra}
  POST vras/{vra}/changerecoveryvra/execute
  GET vras/{vra}/changerecoveryvra/potentials
  POST vras/{vra}/changerecoveryvra/recommendation
  POST vras/{vra}/changerecoveryvra/validate
  POST vras/{vra}/upgrade
  GET zorgs
  GET zorgs/{zorg}
  GET POST zsspsessions
  GET DELETE zsspsessions/{session}
  GET vpgs/{vpg}/checkpoints/summary
  POST vpgs
  GET /ZvmService/ResourcesReport/getSamples
  GET /ZvmService/ResourcesReport/getSamplesWithFilter
`
  .split('\n')
  .flatMap(line => {
    const words = line.trim().split(' ');
    const path = words.pop() ?? '';
    return words.map(method => `${method} ${path}`);
  });
