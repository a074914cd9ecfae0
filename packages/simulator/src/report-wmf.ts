import type { Report, ReportInput } from "./report.js";
import { reportTime } from "./timestamps.js";
import { endStatusData, startStatusData } from "./wmf-status-data.js";

/** AdditionalData of a Server 2016 node; WMF 5.0 has none. */
const ADDITIONAL_DATA = [
  {
    Key: "OSVersion",
    Value: JSON.stringify({ VersionString: "Microsoft Windows NT 10.0.14393.0", ServicePack: "", Platform: "Win32NT" }),
  },
  {
    Key: "PSVersion",
    Value: JSON.stringify({
      CLRVersion: "4.0.30319.42000",
      PSVersion: "5.1.14393.576",
      BuildVersion: "10.0.14393.576",
    }),
  },
];

function node(input: ReportInput): Report {
  return { NodeName: input.host.nodeName, IpAddress: input.host.ipAddress, LCMVersion: "2.0" };
}

function additional(input: ReportInput): Report {
  return input.flavour === "wmf51" ? { AdditionalData: ADDITIONAL_DATA } : {};
}

/** Start report as recorded from WMF: neither Status nor EndTime. */
export function wmfStart(input: ReportInput): Report {
  return {
    JobId: input.jobId.toLowerCase(),
    OperationType: input.operationType,
    ...node(input),
    ReportFormatVersion: "2.0",
    StartTime: reportTime(input.start, 7),
    Errors: [],
    StatusData: [JSON.stringify(startStatusData(input))],
    ...additional(input),
  };
}

/** Error report as recorded from WMF: each error is JSON in a string, with the .NET record as JSON inside it again. */
export function wmfError(input: ReportInput): Report {
  return {
    JobId: input.jobId.toLowerCase(),
    OperationType: input.operationType,
    ...(input.flavour === "wmf51" ? node(input) : {}),
    ReportFormatVersion: "2.0",
    StartTime: reportTime(input.start, 7),
    Errors: input.errors.map((message) =>
      JSON.stringify({
        ErrorSource: "DSCEngine",
        Locale: "en-US",
        Errors: JSON.stringify({ Exception: { Message: message, HResult: -2146233079 }, ErrorDetails: null }),
        ErrorCode: "1",
        ErrorMessage: message,
        ResourceId: "DSCEngine",
      }),
    ),
    StatusData: [],
    ...additional(input),
  };
}

/** End report as recorded from WMF; 5.0 leaves the node out, 5.1 repeats it and adds AdditionalData. */
export function wmfEnd(input: ReportInput): Report {
  const version = input.applied[0]?.version;
  return {
    JobId: input.jobId.toLowerCase(),
    OperationType: input.operationType,
    RefreshMode: "Pull",
    Status: input.errors.length === 0 ? "Success" : "Failure",
    ...(input.flavour === "wmf51" ? node(input) : {}),
    ReportFormatVersion: "2.0",
    ...(version === undefined ? {} : { ConfigurationVersion: version }),
    StartTime: reportTime(input.start, 7),
    EndTime: reportTime(input.end, 7),
    RebootRequested: "False",
    Errors: [],
    StatusData: [JSON.stringify(endStatusData(input))],
    ...additional(input),
  };
}
