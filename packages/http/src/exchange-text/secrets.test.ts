import { deflateSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { shownBody } from "./body.js";
import { maskedHeaders, maskedUrl } from "./mask.js";

const JSON_TYPE = { "Content-Type": "application/json" };
const XML_TYPE = { "Content-Type": "application/xml" };
const FORM_TYPE = { "Content-Type": "application/x-www-form-urlencoded" };
const TEXT_TYPE = { "Content-Type": "text/plain" };
const csr = (label: string) => `-----BEGIN ${label}-----\nhushhushhush\nhush\n-----END ${label}-----\n`;

/** Bodies with `hush` where the secret is and `seen` beside it. */
const bodies: readonly (readonly [what: string, body: string | object, headers: Record<string, string>])[] = [
  ["DSC: a registration key in a meta configuration", 'RegistrationKey = "hush";\nServerURL = "seen";', TEXT_TYPE],
  ["DSC: a credential in a MOF", 'Password   =   "a\\"hush";\nUserName = "seen";', TEXT_TYPE],
  [
    "DSC: a credential in a report",
    { StatusData: [JSON.stringify({ Password: { v: "hush" }, Mode: "seen" })] },
    JSON_TYPE,
  ],
  ["Puppet: Sensitive", { a: { __ptype: "Sensitive", __pvalue: { deep: ["hush", 4711] } }, b: "seen" }, JSON_TYPE],
  [
    "Puppet: parameters that a catalog calls sensitive",
    { resources: [{ parameters: { content: "hush", path: "seen" }, sensitive_parameters: ["content"] }] },
    JSON_TYPE,
  ],
  ["Puppet: a CSR's challenge password", `${csr("CERTIFICATE REQUEST")}seen`, TEXT_TYPE],
  ["Puppet: a CSR of old tools, in JSON", { csr: csr("NEW CERTIFICATE REQUEST"), of: "seen" }, JSON_TYPE],
  ["Puppet: a private key", `${csr("ENCRYPTED PRIVATE KEY")}seen`, TEXT_TYPE],
  ["Puppet: facts in a form", `facts=${encodeURIComponent(JSON.stringify({ db_password: "hush" }))}&x=seen`, FORM_TYPE],
  ["Puppet: YAML", "root:\n  password: correct horse hush\n  user: seen\n", TEXT_TYPE],
  ["Puppet: YAML in blocks", "token: |\n  hush\n\n  hush\nother: seen\n", TEXT_TYPE],
  ["Puppet: YAML lists", "tokens:\n- hush\n- hush\nother: seen\n", TEXT_TYPE],
  ["Puppet: YAML in quotes", "password: 'a''hush'\nother: seen\n", TEXT_TYPE],
  [
    "GLPI: credentials of get_params",
    { credentials: [{ type: "snmp", community: "hush", auth_passphrase: "hush" }], status: "seen" },
    JSON_TYPE,
  ],
  ["GLPI: an OAuth client's secret", "grant_type=client_credentials&client_secret=hush&client_id=seen", FORM_TYPE],
  ["GLPI: an access token", { access_token: "hush", expires_in: "seen" }, JSON_TYPE],
  ["GLPI: the password of an ESX host", { jobs: [{ host: "seen", user: "u", password: "hush" }] }, JSON_TYPE],
  [
    "GLPI: an environment's secret",
    {
      envs: [
        { key: "DB_PASSWORD", val: "hush" },
        { key: "A", val: "seen" },
      ],
    },
    JSON_TYPE,
  ],
  ["an environment's secret in XML", "<ENVS><KEY>API_TOKEN</KEY><VAL>hush</VAL><X>seen</X></ENVS>", XML_TYPE],
  ["the same the other way round", "<ENVS><VAL>hush</VAL><KEY>API_TOKEN</KEY><X>seen</X></ENVS>", XML_TYPE],
  [
    "a parameter by its attributes",
    '<P NAME="community" VALUE="hush"/>'.replace(/^/, "<R><X>seen</X>").concat("</R>"),
    XML_TYPE,
  ],
  [
    "FusionInventory: SNMP in OPTION",
    '<REPLY><OPTION><AUTHENTICATION ID="seen" COMMUNITY="hush" AUTHPASSPHRASE="hush" PRIVPASSPHRASE="hush"/></OPTION></REPLY>',
    XML_TYPE,
  ],
  ["a secret's element with elements in it", "<A><TOKEN><B>hush</B></TOKEN><X>seen</X></A>", XML_TYPE],
  ["XML that is none", "seen <<PASSWORD>hush</PASSWORD>", TEXT_TYPE],
  ["JSON in a text", 'seen {\\"password\\":\\"hush\\"}', TEXT_TYPE],
  ["a header in a command line", 'curl -H "Authorization: Bearer hush" seen', TEXT_TYPE],
  ["a licence's key", { product_key: "hush", name: "seen" }, JSON_TYPE],
  [
    "the keys of an inventory's licences",
    { content: { licenseinfos: [{ name: "seen", key: "hush", fullname: "seen" }] } },
    JSON_TYPE,
  ],
  ["the same in XML", "<CONTENT><LICENSEINFOS><NAME>seen</NAME><KEY>hush</KEY></LICENSEINFOS></CONTENT>", XML_TYPE],
  [
    "Puppet: the values of an event",
    { a: "seen", property: "password_hash", previous_value: "hush", desired_value: ["hush"], message: "x 'hush'" },
    JSON_TYPE,
  ],
  [
    "Puppet: its log",
    { source: "/Stage[main]/Main/Mysql_user[seen]/password_hash", message: "changed 'hush' to 'hush'" },
    JSON_TYPE,
  ],
  ["Puppet: what its log says", { message: "password changed 'a hush' to 'hush' seen" }, JSON_TYPE],
  ["Puppet: a command in parts", { command: ["seen", "--db-password", "hush", "-x"] }, JSON_TYPE],
  ["a setting of words", "[seen]\ndb.password = a hush b hush\nx=1\n", TEXT_TYPE],
  ["settings without a sign", "bind seen\nrequirepass hush\nbindpw hush\n", TEXT_TYPE],
  ["a password for LDAP", { bindpw: "hush", olcRootPW: "hush", host: "seen" }, JSON_TYPE],
  [
    "hashes of passwords",
    { content: "seen:$6$hushhush$hushhushhushhush/hush.:19000:0\nx:$apr1$hush$hushhushhush./hushhu" },
    JSON_TYPE,
  ],
  [
    "PGP's private keys",
    "seen\n-----BEGIN PGP PRIVATE KEY BLOCK-----\nhush\n-----END PGP PRIVATE KEY BLOCK-----\n",
    TEXT_TYPE,
  ],
  [
    "SSH2's",
    "seen\n---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\nhush\n---- END SSH2 ENCRYPTED PRIVATE KEY ----\n",
    TEXT_TYPE,
  ],
  ["SQL", { a: "ALTER USER seen IDENTIFIED BY 'a hush'", b: "create role x password 'hush hush'" }, JSON_TYPE],
  ["a command's word", { cmd: "mysqladmin -u seen password 'hush'", b: 'set_password("hush")' }, JSON_TYPE],
  ["PowerShell", { a: "ConvertTo-SecureString 'hush hush' -AsPlainText; seen" }, JSON_TYPE],
  ["a signed URL in a text", { source: "https://seen.example/x?se=1&sig=hush%3D&sv=2" }, JSON_TYPE],
  ["an OAuth client's assertion", "client_assertion=hush&client_id=seen", FORM_TYPE],
  ["attributes of a secret's element", '<R><X>seen</X><PASSWORD value="hush"><A b="hush"/></PASSWORD></R>', XML_TYPE],
  ["an element that its attribute names", '<R><X>seen</X><P name="db_password">hush</P></R>', XML_TYPE],
];

describe("what an agent and a server say to each other is shown without its secret", () => {
  const shown = (bytes: Buffer, headers: Record<string, string>, size = bytes.length) =>
    shownBody(bytes, size, headers).text;
  const bytesOf = (body: string | object) => Buffer.from(typeof body === "string" ? body : JSON.stringify(body));

  it.each(bodies)("%s", (_, body, headers) => {
    const bytes = bytesOf(body);
    for (const packed of [bytes, gzipSync(bytes), deflateSync(bytes)]) {
      expect(shown(packed, headers)).not.toContain("hush");
      expect(shown(packed, headers)).not.toContain("4711");
      expect(shown(packed, headers)).toContain("seen");
    }
  });

  it.each(bodies)("wherever it was cut: %s", (_, body, headers) => {
    const bytes = bytesOf(body);
    for (let end = 1; end < bytes.length; end++)
      expect(shown(bytes.subarray(0, end), headers, bytes.length + 1)).not.toContain("hus");
  });
});

describe("headers and URLs", () => {
  it("with what proves somebody are shown without it", () => {
    const headers = maskedHeaders({
      ...{ Authorization: "Shared aHVzaA==hush", "x-auth": "hush", "Authentication-Info": 'rspauth="hush"' },
      ...{ "set-cookie": ["a=hush", "b=hush"], referer: "http://u:hush@h/?token=hush" },
      ...{ "WWW-Authenticate": 'Basic realm="seen"', location: "/a?password=hush&b=seen" },
    });
    expect(JSON.stringify(headers)).not.toContain("hush");
    expect(headers["Authorization"]).toBe("Shared ***");
    expect(headers["WWW-Authenticate"]).toContain("seen");
    expect(headers["location"]).toBe("/a?password=***&b=seen");
    // What is no scheme may be the secret.
    expect(maskedHeaders({ authorization: "hush seen" })).toEqual({ authorization: "***" });
  });

  it.each([
    ["/a?x=1;password=hush", "/a?x=1;password=***"],
    ["http://u:hush@h/x", "http://***@h/x"],
    [`/puppet/v3/catalog/a?facts=${encodeURIComponent(encodeURIComponent('{"a":"1","pass":"hush"}'))}`, undefined],
    ["/a?facts=%7B%22pass%22:%22hush", "/a?facts=***"],
    ["/a?sv=1&sig=hush&X-Amz-Signature=hush", "/a?sv=1&sig=***&X-Amz-Signature=***"],
    ["/a%3Ftoken=hush", "/a%3Ftoken=***"],
    ["//u:hush@h/x", "//***@h/x"],
    ["/a?x=%zz&y=1+2", "/a?x=%zz&y=1+2"],
  ])("%s", (url, masked) => {
    expect(maskedUrl(url)).not.toContain("hush");
    if (masked !== undefined) expect(maskedUrl(url)).toBe(masked);
    else expect(decodeURIComponent(maskedUrl(url))).toContain('{"a":"1","pass":"***"}');
  });
});
