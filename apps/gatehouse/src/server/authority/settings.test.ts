import { hostname } from "node:os";
import { expect, it } from "vitest";
import { loadConfig } from "../../config/load.js";
import { authoritySettings } from "./settings.js";

const settings = (env: NodeJS.ProcessEnv = {}) => authoritySettings(loadConfig({}, env));
const DAY = 86_400;

it("are the configuration's, in seconds", () => {
  const env = {
    GATEHOUSE_CA_NAME: "Our CA",
    GATEHOUSE_CA_SELF_SIGNED: "true",
    GATEHOUSE_CA_KEY_BITS: "3072",
    GATEHOUSE_CA_CA_DAYS: "400",
    GATEHOUSE_CA_CERTIFICATE_DAYS: "300",
    GATEHOUSE_CA_CRL_DAYS: "200",
    GATEHOUSE_CA_AUTO_RENEWAL: "true",
    GATEHOUSE_CA_AUTO_RENEWAL_DAYS: "100",
    GATEHOUSE_CA_ALLOW_DUPLICATES: "true",
    GATEHOUSE_CA_ALLOW_SUBJECT_ALT_NAMES: "true",
    GATEHOUSE_CA_ALLOW_AUTHORIZATION_EXTENSIONS: "true",
    GATEHOUSE_CA_LEAF_KEY: "ec-p256",
    GATEHOUSE_CA_CONFIRM_SECONDS: "7",
    GATEHOUSE_CA_PENDING_REQUESTS: "8",
  };
  expect(settings(env)).toMatchObject({
    name: "Our CA",
    selfSigned: true,
    caKeyBits: 3072,
    caTtl: 400 * DAY,
    certificateTtl: 300 * DAY,
    crlTtl: 200 * DAY,
    autoRenewal: true,
    autoRenewalTtl: 100 * DAY,
    allowDuplicates: true,
    allowSubjectAltNames: true,
    allowAuthorizationExtensions: true,
    leafKey: "ec-p256",
    confirmWithin: 7,
    mostRequests: 8,
  });
});

it("let through nothing that was not asked for", () => {
  expect(settings()).toMatchObject({
    selfSigned: false,
    autoRenewal: false,
    allowDuplicates: false,
    allowSubjectAltNames: false,
    allowAuthorizationExtensions: false,
    certificateTtl: 1825 * DAY,
    crlTtl: 1825 * DAY,
  });
});

it("name the authority after the server, or the machine, in as many characters as a name may have", () => {
  expect(settings({ GATEHOUSE_SERVER_NAMES: "Gate.example.org,other" }).name).toBe("Puppet CA: gate.example.org");
  expect(settings().name).toBe(`Puppet CA: ${hostname().toLowerCase()}`.slice(0, 64));
  expect(settings({ GATEHOUSE_SERVER_NAMES: "n".repeat(63) }).name).toBe(`Puppet CA: ${"n".repeat(53)}`);
});

it("keep the gateway's names from agents, and not the machine's", () => {
  const own = ["gate.example.org", "10.0.0.7", "localhost", "127.0.0.1", "::1"];
  expect(settings({ GATEHOUSE_SERVER_NAMES: "Gate.Example.org,10.0.0.7" }).ownNames).toEqual(own);
});
