import { recordings } from "../recordings.test.helper.js";

export const HOST = "web01.example.org";
export const RUN = "3caf4e27-f0cb-4cba-9f6d-dac8c0bfdc39";

/** A resource as it was, of format 12. */
export const resource = (name: string, said: object = {}) => ({
  title: name.slice(name.indexOf("[") + 1, -1),
  file: "/etc/site.pp",
  line: 4,
  resource: name,
  resource_type: name.slice(0, name.indexOf("[")),
  provider_used: "posix",
  containment_path: ["Stage[main]", "Lab", name],
  evaluation_time: 0.0123456,
  tags: ["file"],
  time: "2026-11-20T19:39:09.669698031+00:00",
  failed: false,
  failed_to_restart: false,
  changed: false,
  out_of_sync: false,
  skipped: false,
  change_count: 0,
  out_of_sync_count: 0,
  events: [] as object[],
  corrective_change: false,
  ...said,
});

export const event = (said: object = {}) => ({
  audited: false,
  property: "ensure",
  previous_value: "absent",
  desired_value: "file",
  historical_value: null,
  message: "created",
  name: "file_created",
  status: "success",
  time: "2026-11-20T19:39:09.669880794+00:00",
  redacted: null,
  corrective_change: false,
  ...said,
});

export const metric = (name: string, values: Readonly<Record<string, number>>) => ({
  name,
  label: name,
  values: Object.entries(values).map(([key, value]) => [key, key, value]),
});

export const log = (level: string, message: string, source = "Puppet", second = 6) => ({
  level,
  message,
  source,
  tags: [level],
  time: `2026-11-20T19:39:${String(second).padStart(2, "0")}.397050385+00:00`,
  file: null,
  line: null,
});

/** A report of format 12. */
export const report = (said: object = {}, resources: readonly ReturnType<typeof resource>[] = []) => ({
  host: HOST,
  time: "2026-11-20T19:39:05.622869601+00:00",
  configuration_version: 1795203548,
  transaction_uuid: RUN,
  report_format: 12,
  puppet_version: "7.23.0",
  status: "unchanged",
  transaction_completed: true,
  noop: false,
  noop_pending: false,
  environment: "production",
  logs: [] as object[],
  metrics: {},
  resource_statuses: Object.fromEntries(resources.map((one) => [one.resource, one])),
  corrective_change: false,
  catalog_uuid: "d796833e-6385-4995-8f0e-6e7c3809417d",
  cached_catalog_status: "not_used",
  ...said,
});

export const bytes = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

/** Every report of the recordings that puppetserver took, with its Content-Type. */
export const recordedReports = [...recordings].flatMap(([file, exchanges]) =>
  exchanges.flatMap(({ n, request, response }) => {
    if (request.method !== "PUT" || !request.url.includes("/report/") || response.status !== 200) return [];
    return [{ name: `${file} #${n}`, body: Buffer.from(request.body ?? "") }];
  }),
);
