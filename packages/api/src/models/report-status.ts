import { reportStatuses } from "@gatehouse/core/reports";
import { described, named, oneOf } from "../operation/schema.js";

export const ReportStatus = named(
  "ReportStatus",
  described(
    "noncompliant: it ended well, and something is not as it should be; hung: it was heard of too long ago, and never ended; cancelled: an operator ended it.",
    oneOf(reportStatuses),
  ),
);
