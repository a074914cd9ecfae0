import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { elements, type Tree } from "./xml-elements.js";

/** A machine that runs on a host. */
export interface VirtualMachine {
  readonly id: string;
  readonly name: string;
  readonly uuid: string;
  readonly mac: string;
  readonly isOn: boolean;
}

/** A host as it is known by its managed object's id. */
export interface EsxHost {
  readonly id: string;
  readonly name: string;
  readonly domain: string;
  readonly uuid: string;
  readonly serial: string;
  readonly mac: string;
  readonly address: string;
  readonly machines: readonly VirtualMachine[];
}

export interface VSphereOptions {
  readonly user: string;
  readonly password: string;
  /** What it is: one host (its id is `ha-host`), or what manages many. */
  readonly kind: "host" | "vcenter";
  readonly hosts: readonly EsxHost[];
  readonly tls: { readonly cert: string; readonly key: string };
}

/**
 * The part of vSphere's web services (SOAP, `/sdk/vimService`) that inventory agents speak: RetrieveServiceContent, Login, and
 * RetrieveProperties of hosts and machines. As the real one, it answers with a fault and 500 who has not logged in.
 */
export class VSphere {
  /** What was asked, in its order: no secrets. */
  readonly asked: string[] = [];
  readonly #options: VSphereOptions;
  readonly #sessions = new Set<string>();
  readonly #server;

  private constructor(options: VSphereOptions) {
    this.#options = options;
    this.#server = createServer(options.tls, (request, response) => {
      this.#serve(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
    });
  }

  static async start(options: VSphereOptions): Promise<VSphere> {
    const vsphere = new VSphere(options);
    await new Promise<void>((resolve) => vsphere.#server.listen(0, "127.0.0.1", resolve));
    return vsphere;
  }

  /** Name and port, as an ESX job has it. */
  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    if (request.method !== "POST" || request.url !== "/sdk/vimService") return void response.writeHead(404).end();
    const [, action = ""] = /<soapenv:Body>\s*<(\w+) xmlns="urn:vim25">/.exec(body) ?? [];
    if (action === "RetrieveServiceContent") return this.#answer(response, action, this.#content());
    if (action === "Login") return this.#login(response, body);
    const session = /vmware_soap_session="?([\w-]+)/.exec(request.headers.cookie ?? "")?.[1] ?? "";
    if (!this.#sessions.has(session)) return fault(response, "The session is not authenticated.");
    if (action !== "RetrieveProperties") return fault(response, `There is no ${action}.`);
    const [, wanted = ""] = /<propSet><type>(\w+)<\/type>/.exec(body) ?? [];
    const [, type = "", id = ""] = /<obj type="(\w+)">([\w-]+)<\/obj>/.exec(body) ?? [];
    this.asked.push(`${wanted} of ${type} ${id}`);
    const found = type === "Folder" ? this.#within(wanted) : this.#object(type, id);
    if (found === undefined) return fault(response, "The object has already been deleted.");
    this.#answer(response, action, found);
  }

  #content(): Tree {
    const isHost = this.#options.kind === "host";
    return {
      returnval: {
        rootFolder: isHost ? "ha-folder-root" : "group-d1",
        about: {
          fullName: isHost ? "VMware ESXi 7.0.3 build-1" : "VMware vCenter Server 7.0.3 build-1",
          apiType: isHost ? "HostAgent" : "VirtualCenter",
          apiVersion: "7.0.3.0",
        },
      },
    };
  }

  #login(response: ServerResponse, body: string): void {
    const said = (name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(body)?.[1];
    const { user, password } = this.#options;
    const isIn = said("userName") === user && said("password") === password;
    this.asked.push(`Login ${isIn ? "ok" : "refused"}`);
    if (!isIn) {
      fault(response, "Cannot complete login due to an incorrect user name or password.");
      return;
    }
    const session = randomUUID();
    this.#sessions.add(session);
    response.setHeader("Set-Cookie", `vmware_soap_session="${session}"; Path=/; HttpOnly; Secure;`);
    this.#answer(response, "Login", { returnval: { key: session, userName: user, locale: "en" } });
  }

  #within(type: string): Tree {
    const { hosts } = this.#options;
    const of = type === "HostSystem" ? hosts : hosts.flatMap(({ machines }) => machines);
    return { returnval: of.map(({ id }) => ({ obj: id })) };
  }

  #object(type: string, id: string): Tree | undefined {
    const { hosts } = this.#options;
    const host = hosts.find((each) => type === "HostSystem" && each.id === id);
    if (host !== undefined) return ofHost(host);
    const machine = hosts.flatMap(({ machines }) => machines).find((each) => each.id === id);
    return type === "VirtualMachine" && machine !== undefined ? ofMachine(machine) : undefined;
  }

  #answer(response: ServerResponse, action: string, content: Tree): void {
    response.writeHead(200, { "Content-Type": "text/xml; charset=utf-8" });
    response.end(envelope(`<${action}Response xmlns="urn:vim25">${elements(content)}</${action}Response>`));
  }
}

const envelope = (body: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>${body}</soapenv:Body></soapenv:Envelope>`;

function fault(response: ServerResponse, text: string): void {
  response.writeHead(500, { "Content-Type": "text/xml; charset=utf-8" });
  const content = elements({ faultcode: "ServerFaultCode", faultstring: text });
  response.end(envelope(`<soapenv:Fault>${content}</soapenv:Fault>`));
}

const properties = (id: string, values: Readonly<Record<string, Tree>>): Tree => ({
  returnval: { obj: id, propSet: Object.entries(values).map(([name, val]) => ({ name, val })) },
});

function ofHost({ id, name, domain, uuid, serial, mac, address, machines }: EsxHost): Tree {
  const device = (slot: string, what: string, classId: number) => ({
    ...{ id: slot, classId, vendorId: 32902, deviceId: 5423, subVendorId: 4136, subDeviceId: 1285 },
    ...{ vendorName: "Intel Corporation", deviceName: what },
  });
  return properties(id, {
    name: `${name}.${domain}`,
    config: {
      network: {
        dnsConfig: { hostName: name, domainName: domain, address: ["192.0.2.53"] },
        pnic: {
          device: "vmnic0",
          pci: "0000:02:00.0",
          driver: "ixgben",
          mac,
          spec: { linkSpeed: { speedMb: 10_000 } },
        },
        vnic: { device: "vmk0", spec: { ip: { ipAddress: address, subnetMask: "255.255.255.0" }, mac, mtu: 1500 } },
      },
      fileSystemVolume: {
        mountInfo: {
          mountInfo: { path: "/vmfs/volumes/datastore1" },
          volume: { type: "VMFS", name: "datastore1", capacity: 1_000_000_000_000, uuid: "5f000001-00000001-0001" },
        },
      },
    },
    hardware: {
      systemInfo: {
        ...{ vendor: "Dell Inc.", model: "PowerEdge R640", uuid },
        otherIdentifyingInfo: [
          { identifierValue: "unknown", identifierType: { key: "AssetTag" } },
          { identifierValue: serial, identifierType: { key: "ServiceTag" } },
        ],
      },
      biosInfo: { biosVersion: "2.10.2", releaseDate: "2021-02-24T00:00:00Z" },
      cpuInfo: { numCpuPackages: 1, numCpuCores: 8, numCpuThreads: 16, hz: 2_100_000_000 },
      cpuPkg: {
        index: 0,
        vendor: "intel",
        hz: 2_100_000_000,
        description: "Intel(R) Xeon(R) Silver 4208 CPU @ 2.10GHz",
      },
      memorySize: 34_359_738_368,
      pciDevice: [device("0000:00:1f.0", "C620 Series LPC Controller", 1537), device("0000:02:00.0", "X550", 512)],
    },
    summary: {
      hardware: { uuid },
      config: { product: { name: "VMware ESXi", version: "7.0.3", fullName: "VMware ESXi 7.0.3 build-1" } },
    },
    vm: { ManagedObjectReference: machines.map((machine) => machine.id) },
  });
}

const ofMachine = ({ id, name, uuid, mac, isOn }: VirtualMachine): Tree =>
  properties(id, {
    name,
    config: { annotation: "made for a test", hardware: { device: [{ key: 100 }, { key: 4000, macAddress: mac }] } },
    summary: {
      runtime: { powerState: isOn ? "poweredOn" : "poweredOff" },
      config: { uuid, memorySizeMB: 2048, numCpu: 2, template: "false" },
    },
  });
