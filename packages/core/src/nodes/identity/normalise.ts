import type { Evidence } from "../types.js";
import { junkAddresses, junkMacs, junkNames, junkSerials, junkUuids } from "./rules.js";
import type { Ignored, Item } from "./types.js";

/** Characters of a value: what is longer is no name of anything, and no key of an index. */
const LONGEST = 255;
/** Pieces of evidence of one agent that are looked at. */
const MOST = 200;
/** Where NetBIOS, and so a DSC agent's NodeName, cuts a name off. */
export const NETBIOS_LENGTH = 15;

export interface Normalised {
  readonly items: readonly Item[];
  readonly ignored: readonly Ignored[];
}

type Form = { readonly value: string; readonly key: string } | { readonly why: string };

const bare = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, "");
const bareJunk = new Set(junkSerials.map(bare));
const junkUuidKeys = new Set(junkUuids.map(uuidKey));
const junkName = new Set(junkNames);

const forms: Readonly<Record<Evidence["kind"], (text: string) => Form>> = {
  uuid: uuidForm,
  serial: serialForm,
  mac: macForm,
  name: nameForm,
  address: addressForm,
};

/** Evidence in one form each, once each, and what of it means nothing. What is proven better stays. */
export function normalise(evidence: readonly Evidence[]): Normalised {
  const items = new Map<string, Item>();
  const ignored: Ignored[] = [];
  for (const { kind, value: said, proof = "claimed" } of evidence.slice(0, MOST)) {
    const text = said.trim();
    const form = text.length > LONGEST ? { why: "too long" } : forms[kind](text);
    if ("why" in form) {
      ignored.push({ kind, value: said.slice(0, LONGEST), why: form.why });
      continue;
    }
    const known = items.get(`${kind}/${form.value}`);
    if (known === undefined || known.proof === "claimed") items.set(`${kind}/${form.value}`, { kind, proof, ...form });
  }
  return { items: [...items.values()], ignored };
}

/** The host's part of a name. */
export const hostOf = (name: string): string => name.split(".", 1)[0] ?? "";

const UUID = /^\{?([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})\}?$/;

function uuidForm(text: string): Form {
  const parts = UUID.exec(text.toLowerCase());
  if (parts === null) return { why: "no uuid" };
  const value = parts.slice(1).join("-");
  if (/^(..)\1{15}$/.test(value.replaceAll("-", ""))) return { why: "one byte repeated" };
  const key = uuidKey(value);
  return junkUuidKeys.has(key) ? { why: "a maker's placeholder" } : { value: key, key };
}

/** Firmware and hypervisors disagree on the order of the bytes in the first three fields: the smaller of both forms. */
function uuidKey(uuid: string): string {
  const [a = "", b = "", c = "", ...rest] = uuid.split("-");
  const swapped = [swap(a), swap(b), swap(c), ...rest].join("-");
  return swapped < uuid ? swapped : uuid;
}

function swap(hex: string): string {
  return (hex.match(/../g) ?? []).toReversed().join("");
}

function serialForm(text: string): Form {
  const plain = bare(text);
  if (plain.length < 4) return { why: "too short for a serial" };
  if (bareJunk.has(plain)) return { why: "a maker's placeholder" };
  if (/^(.)\1*$/.test(plain)) return { why: "one character repeated" };
  if ("0123456789012345678901234567890".includes(plain)) return { why: "counted up" };
  return { value: plain, key: plain };
}

function macForm(text: string): Form {
  const value = bare(text);
  if (
    !/^[0-9a-f]{12}$/.test(value) ||
    !/^[0-9a-f]{2}([:.-]?[0-9a-f]{2}){5}$|^([0-9a-f]{4}\.){2}[0-9a-f]{4}$/i.test(text)
  )
    return { why: "no MAC" };
  if (/^(..)\1{5}$/.test(value)) return { why: "one byte repeated" };
  const junk = junkMacs.find(([prefix]) => value.startsWith(prefix));
  if (junk !== undefined) return { why: `of ${junk[1]}` };
  if ((Number.parseInt(value.slice(0, 2), 16) & 1) === 1) return { why: "of a group" };
  return { value, key: value };
}

/** Whether a MAC was given by software: the second bit of its first byte. */
export const isLocalMac = (mac: string): boolean => (Number.parseInt(mac.slice(0, 2), 16) & 2) === 2;

function nameForm(text: string): Form {
  const value = text
    .toLowerCase()
    .replace(/^[^\\]*\\/, "")
    .replace(/\.+$/, "");
  const host = hostOf(value);
  if (host === "") return { why: "no name" };
  if (junkName.has(host)) return { why: "a name that many have" };
  if ("key" in addressForm(value) || /^[\d.]+$/.test(value)) return { why: "an address, no name" };
  // Short and long forms of one name, and one that was cut off, are found by the same.
  return { value, key: host.slice(0, NETBIOS_LENGTH) };
}

function addressForm(text: string): Form {
  const value = plainAddress(text.replace(/%.*$/, "").toLowerCase());
  if (value === undefined) return { why: "no address" };
  const junk = junkAddresses.find(([prefix]) => (prefix.endsWith(".") ? value.startsWith(prefix) : value === prefix));
  if (junk !== undefined) return { why: junk[1] };
  if (/^(?:22[4-9]|23\d|24\d|25[0-5])\./.test(value) || value.startsWith("ff")) return { why: "of a group" };
  if (value === "::" || value === "::1") return { why: "loopback" };
  if (/^fe[89ab]/.test(value)) return { why: "link-local" };
  return { value, key: value };
}

/** An address in its one written form; the URL parser knows it, and is there without any I/O. */
function plainAddress(text: string): string | undefined {
  if (/^\d{1,3}(?:\.\d{1,3}){3}$/.test(text))
    return text.split(".").every((part) => Number(part) < 256) ? text : undefined;
  if (!/^[0-9a-f:.]{2,45}$/.test(text) || !text.includes(":") || !URL.canParse(`http://[${text}]`)) return undefined;
  const address = new URL(`http://[${text}]`).hostname.slice(1, -1);
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(address);
  if (mapped === null) return address;
  const [high, low] = [Number.parseInt(mapped[1] ?? "", 16), Number.parseInt(mapped[2] ?? "", 16)];
  return [high >> 8, high & 255, low >> 8, low & 255].join(".");
}
