/** What a made-up report says. */
export interface ReportSaid {
  /** SHA-256 of the configuration in force, in upper case. */
  readonly checksum: string;
  readonly resources: number;
  /** How many of them are not as they should be. */
  readonly drifted?: number;
}

const START = "2026-11-20T02:30:04.1180000+01:00";
const END = "2026-11-20T02:30:21.6430000+01:00";
const IPV4 = ["10.20.30.40", "127.0.0.1"];
const IPV6 = ["fe80::75ae:42fe:9379:f502%5", "::2000:0:0:0", "::1", "::2000:0:0:0"];
const NODE = "SRV-WEB-0042";
const SERVER = "https://dsc.example:8140/PSDSCPullServer.svc";
const KINDS = ["WindowsFeature", "File", "Registry", "Service", "Group", "Environment", "Package", "User"];

/**
 * The end report of a consistency run of WMF 5.1, as recorded from Server 2016 down to the order of its properties.
 * `{agent}`, `{job}` and `{JOB}` stand for what differs from agent to agent and from run to run.
 */
export function endReport(said: ReportSaid): string {
  return JSON.stringify({
    JobId: "{job}",
    OperationType: "Consistency",
    RefreshMode: "Pull",
    Status: "Success",
    NodeName: NODE,
    IpAddress: [...IPV4, ...IPV6].join(";"),
    LCMVersion: "2.0",
    ReportFormatVersion: "2.0",
    ConfigurationVersion: "2.0.0",
    StartTime: START,
    EndTime: END,
    RebootRequested: "False",
    Errors: [],
    StatusData: [JSON.stringify(statusData(said))],
    AdditionalData: [
      {
        Key: "OSVersion",
        Value: JSON.stringify({
          VersionString: "Microsoft Windows NT 10.0.14393.0",
          ServicePack: "",
          Platform: "Win32NT",
        }),
      },
      {
        Key: "PSVersion",
        Value: JSON.stringify({
          CLRVersion: "4.0.30319.42000",
          PSVersion: "5.1.14393.576",
          BuildVersion: "10.0.14393.576",
        }),
      },
    ],
  });
}

function statusData({ checksum, resources, drifted = 0 }: ReportSaid) {
  const items = Array.from({ length: resources }, (_, i) => resource(i, i >= drifted));
  return {
    StartDate: START,
    IPV6Addresses: IPV6,
    DurationInSeconds: "17",
    JobID: "{{JOB}}",
    CurrentChecksum: checksum,
    MetaData:
      "Author: Administrator; Name: Web; Version: 2.0.0; GenerationDate: 11/19/2026 17:02:35; GenerationHost: BUILD;",
    RebootRequested: "False",
    Status: "Success",
    IPV4Addresses: IPV4,
    LCMVersion: "2.0",
    NumberOfResources: String(resources),
    Type: "Consistency",
    HostName: NODE,
    ResourcesInDesiredState: items.slice(drifted),
    ...(drifted > 0 ? { ResourcesNotInDesiredState: items.slice(0, drifted) } : {}),
    MACAddresses: ["00-15-5D-11-E7-D5", "00-00-00-00-00-00-00-E0"],
    MetaConfiguration: metaConfiguration(),
    Locale: "en-US",
    Mode: "Pull",
  };
}

function resource(i: number, inDesiredState: boolean) {
  const kind = KINDS[i % KINDS.length] ?? "";
  const name = `web-tier-${i + 1}`;
  return {
    SourceInfo: `C:\\dsc\\Web.ps1::${12 + 7 * i}::5::${kind}`,
    ModuleName: "PSDesiredStateConfiguration",
    DurationInSeconds: (0.037 * (i + 3)).toFixed(3),
    InstanceName: name,
    StartDate: START,
    ResourceName: kind,
    ModuleVersion: "1.1",
    RebootRequested: "False",
    ResourceId: `[${kind}]${name}`,
    ConfigurationName: "Web",
    InDesiredState: inDesiredState ? "True" : "False",
  };
}

function metaConfiguration() {
  const manager = (kind: string, line: number) => ({
    SourceInfo: `C:\\dsc\\LCM.ps1::${line}::9::${kind}`,
    AllowUnsecureConnection: "False",
    ServerURL: SERVER,
    RegistrationKey: "",
    ResourceId: `[${kind}]Gatehouse`,
  });
  return {
    AgentId: "{agent}",
    ConfigurationDownloadManagers: [{ ...manager("ConfigurationRepositoryWeb", 11), ConfigurationNames: ["Web"] }],
    ActionAfterReboot: "ContinueConfiguration",
    LCMCompatibleVersions: ["1.0", "2.0"],
    LCMState: "Idle",
    ResourceModuleManagers: [],
    ReportManagers: [manager("ReportServerWeb", 19)],
    StatusRetentionTimeInDays: "10",
    LCMVersion: "2.0",
    MaximumDownloadSizeMB: "500",
    ConfigurationMode: "ApplyAndMonitor",
    RefreshFrequencyMins: "30",
    RebootNodeIfNeeded: "False",
    SignatureValidationPolicy: "NONE",
    RefreshMode: "Pull",
    DebugMode: ["NONE"],
    LCMStateDetail: "",
    AllowModuleOverwrite: "False",
    ConfigurationModeFrequencyMins: "180",
    SignatureValidations: [],
  };
}
