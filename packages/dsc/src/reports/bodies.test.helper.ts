export const JOB = "d6a09c93-632e-11e6-9c21-80e6500eb60d";

/** A report's body: what is given, and the one thing that none goes without. */
export const bodyOf = (parts: Record<string, unknown> = {}): Buffer =>
  Buffer.from(JSON.stringify({ JobId: JOB, ...parts }));

/** A body whose StatusData is this object, as JSON in a text. */
export const withStatus = (status: unknown, parts: Record<string, unknown> = {}): Buffer =>
  bodyOf({ ...parts, StatusData: [JSON.stringify(status)] });

/** A resource's line as WMF 5.0 writes it (wmf5-iis-03 #8): nearly everything is a text. */
export const resourceItem = (parts: Record<string, unknown> = {}): Record<string, unknown> => ({
  SourceInfo: "C:\\Config.ps1::6::3::Service",
  ModuleName: "PsDesiredStateConfiguration",
  DurationInSeconds: "0.37",
  InstanceName: "bits",
  StartDate: "2016-08-15T14:43:34.7610000-07:00",
  ResourceName: "Service",
  ModuleVersion: "1.1",
  RebootRequested: "False",
  ResourceId: "[Service]bits",
  ConfigurationName: "TestMOF",
  InDesiredState: "True",
  ...parts,
});

/** What DSC for Linux blames (linux-02 #28): a resource called LCM, with what printf makes of null pointers. */
export const linuxItem = resourceItem({
  SourceInfo: "(null)",
  DurationInSeconds: "0",
  InstanceName: "LCM",
  ResourceName: "(null)",
  ResourceId: "[DSC]LCM",
  ConfigurationName: "(null)",
  InDesiredState: "False",
});

/** An error as WMF 5.0 writes it (wmf5-iis-01 #11): JSON in a text, and in it the .NET record as a text again. */
export const errorItem = (message: string, parts: Record<string, unknown> = {}): string =>
  JSON.stringify({
    ErrorSource: "DSCEngine",
    Locale: "en-US",
    Errors: JSON.stringify({ Exception: { Message: message, HResult: -2146233079 }, ErrorDetails: null }),
    ErrorCode: "1",
    ErrorMessage: message,
    ResourceId: "DSCEngine",
    ...parts,
  });

/** A run that fails, in three reports like wmf5-iis-01 #7, #11 and #12: the end says `Errors: []`, and no name. */
export const failingRun: readonly Buffer[] = [
  withStatus(
    { HostName: "CLIENT", Type: "Initial", JobID: `{${JOB.toUpperCase()}}`, MACAddresses: ["00-0C-29-11-E7-D5"] },
    {
      OperationType: "Initial",
      NodeName: "CLIENT",
      IpAddress: "192.0.2.20;127.0.0.1;::1",
      LCMVersion: "2.0",
      ReportFormatVersion: "2.0",
      StartTime: "2016-08-15T14:25:52.5680000-07:00",
      Errors: [],
    },
  ),
  bodyOf({
    OperationType: "Initial",
    ReportFormatVersion: "2.0",
    StartTime: "2016-08-15T14:25:52.5680000-07:00",
    Errors: [errorItem("Installation of module xSmbShare failed.")],
    StatusData: [],
  }),
  withStatus(
    {
      Error: "Installation of module xSmbShare failed.",
      Status: "Failure",
      HostName: "CLIENT",
      DurationInSeconds: "1",
      MetaConfiguration: { RefreshFrequencyMins: "30", ConfigurationMode: "ApplyAndMonitor", LCMState: "Idle" },
    },
    {
      OperationType: "Initial",
      RefreshMode: "Pull",
      Status: "Failure",
      ReportFormatVersion: "2.0",
      StartTime: "2016-08-15T14:25:52.5680000-07:00",
      EndTime: "2016-08-15T14:25:53.5680000-07:00",
      RebootRequested: "False",
      Errors: [],
    },
  ),
];

/** An end report of DSC for Linux (linux-01 #9): no OperationType, NodeName, StartTime or Status, and a line feed. */
export const linuxEnd = Buffer.from(
  `{"JobId":"ED99F7E2-7C9F-4A65-AFA0-41761E189F15","ConfigurationVersion":"2.0.0","ReportFormatVersion":"2.0","LCMVersion":"2.0","EndTime":"2026-11-20T19:44:36.838866874+00:00","Errors":[],"StatusData":["{\\"Locale\\":\\"en-US\\"}"]}\n`,
);
