import type { Report, ReportInput } from "./report.js";
import { reportTime } from "./timestamps.js";

/** Start report as recorded from DSC for Linux. */
export function linuxStart(input: ReportInput): Report {
  return {
    JobId: input.jobId.toUpperCase(),
    OperationType: "Consistency",
    NodeName: input.host.nodeName,
    IpAddress: input.host.ipAddress,
    ReportFormatVersion: "2.0",
    LCMVersion: "2.0",
    StartTime: reportTime(input.start, 9),
    Errors: [],
    StatusData: [JSON.stringify({ Locale: "en-US" })],
  };
}

/** End report as recorded from DSC for Linux: no OperationType, NodeName, StartTime or Status, errors inside. */
export function linuxEnd(input: ReportInput): Report {
  const time = reportTime(input.end, 9);
  const message = input.errors.join(" ");
  return {
    JobId: input.jobId.toUpperCase(),
    ConfigurationVersion: "2.0.0",
    ReportFormatVersion: "2.0",
    LCMVersion: "2.0",
    EndTime: time,
    Errors: input.errors.map((text) =>
      JSON.stringify({
        Locale: "en-US",
        ErrorCode: "1",
        ErrorMessage: text,
        ResourceId: "DSCEngine",
        ErrorSource: "DSCEngine",
      }),
    ),
    StatusData: [
      JSON.stringify(
        message === ""
          ? { Locale: "en-US" }
          : { Locale: "en-US", ResourcesNotInDesiredState: [lcmPseudoResource(time)], Error: message },
      ),
    ],
  };
}

/** DSC for Linux blames a resource called LCM, with the texts printf makes of null pointers. */
function lcmPseudoResource(time: string): Report {
  return {
    SourceInfo: "(null)",
    ModuleName: "PsDesiredStateConfiguration",
    DurationInSeconds: "0",
    InstanceName: "LCM",
    StartDate: time,
    ResourceName: "(null)",
    ModuleVersion: "1.1",
    RebootRequested: "False",
    ResourceId: "[DSC]LCM",
    ConfigurationName: "(null)",
    InDesiredState: "False",
  };
}
