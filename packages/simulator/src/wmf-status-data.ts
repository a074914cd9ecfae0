import type { AppliedResource } from "./applied-configuration.js";
import type { Report, ReportInput } from "./report.js";
import { reportTime } from "./timestamps.js";

/** StatusData of a WMF start report. */
export function startStatusData(input: ReportInput): Report {
  return {
    IPV4Addresses: input.host.ipv4,
    MACAddresses: input.host.mac,
    Type: input.operationType,
    HostName: input.host.nodeName,
    Locale: "en-US",
    StartDate: reportTime(input.start, 7),
    JobID: `{${input.jobId.toUpperCase()}}`,
    LCMVersion: "2.0",
    ...currentChecksum(input),
    IPV6Addresses: input.host.ipv6,
  };
}

/** StatusData of a WMF end report; scalars are strings, as recorded. */
export function endStatusData(input: ReportInput): Report {
  const resources = input.applied.flatMap((configuration) => configuration.resources);
  const inDesiredState = resources.map((resource) => resourceItem(resource, input.start));
  const start = reportTime(input.start, 7);
  return {
    StartDate: start,
    ...(input.errors.length === 0 ? {} : { Error: input.errors.join(" ") }),
    IPV6Addresses: input.host.ipv6,
    DurationInSeconds: String(Math.floor((input.end.getTime() - input.start.getTime()) / 1000)),
    JobID: `{${input.jobId.toUpperCase()}}`,
    ...currentChecksum(input),
    ...(input.applied[0] === undefined ? {} : { MetaData: input.applied[0].metaData }),
    RebootRequested: "False",
    Status: input.errors.length === 0 ? "Success" : "Failure",
    IPV4Addresses: input.host.ipv4,
    LCMVersion: "2.0",
    NumberOfResources: String(resources.length),
    Type: input.operationType,
    HostName: input.host.nodeName,
    ...(inDesiredState.length === 0 ? {} : { ResourcesInDesiredState: inDesiredState }),
    MACAddresses: input.host.mac,
    MetaConfiguration: metaConfiguration(input),
    Locale: "en-US",
    Mode: "Pull",
  };
}

function currentChecksum(input: ReportInput): Report {
  const first = input.applied[0];
  return first === undefined ? {} : { CurrentChecksum: first.checksum };
}

function resourceItem(resource: AppliedResource, start: Date): Report {
  const [, resourceName = "", instanceName = ""] = /^\[([^\]]*)\](.*)$/s.exec(resource.resourceId) ?? [];
  return {
    SourceInfo: resource.sourceInfo,
    ModuleName: resource.moduleName,
    DurationInSeconds: "0.37",
    InstanceName: instanceName,
    StartDate: reportTime(start, 7),
    ResourceName: resourceName,
    ModuleVersion: resource.moduleVersion,
    RebootRequested: "False",
    ResourceId: resource.resourceId,
    ConfigurationName: resource.configurationName,
    InDesiredState: "True",
  };
}

function metaConfiguration(input: ReportInput): Report {
  const manager = (kind: string, line: number): Report => ({
    SourceInfo: `C:\\LCM.ps1::${line}::9::${kind}`,
    AllowUnsecureConnection: input.serverUrl.startsWith("https") ? "False" : "True",
    ServerURL: input.serverUrl,
    RegistrationKey: "",
    ResourceId: `[${kind}]Pull`,
  });
  const newer = input.flavour === "wmf51";
  return {
    AgentId: input.agentId,
    ConfigurationDownloadManagers: [
      { ...manager("ConfigurationRepositoryWeb", 11), ConfigurationNames: input.configurationNames },
    ],
    ActionAfterReboot: "ContinueConfiguration",
    LCMCompatibleVersions: ["1.0", "2.0"],
    LCMState: "Idle",
    ResourceModuleManagers: [manager("ResourceRepositoryWeb", 16)],
    ReportManagers: [manager("ReportServerWeb", 19)],
    StatusRetentionTimeInDays: "10",
    LCMVersion: "2.0",
    ...(newer ? { MaximumDownloadSizeMB: "500" } : {}),
    ConfigurationMode: "ApplyAndMonitor",
    RefreshFrequencyMins: "30",
    RebootNodeIfNeeded: "False",
    ...(newer ? { SignatureValidationPolicy: "NONE" } : {}),
    RefreshMode: "Pull",
    DebugMode: ["NONE"],
    LCMStateDetail: "",
    AllowModuleOverwrite: "False",
    ConfigurationModeFrequencyMins: "180",
    ...(newer ? { SignatureValidations: [] } : {}),
  };
}
