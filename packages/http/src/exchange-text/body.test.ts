import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { encode } from "@msgpack/msgpack";
import { describe, expect, it } from "vitest";
import { shownBody } from "./body.js";
import { maskedHeaders, maskedUrl } from "./mask.js";

const shown = (body: string | Buffer, headers: Record<string, string> = {}, size?: number) => {
  const bytes = Buffer.from(body);
  return shownBody(bytes, size ?? bytes.length, headers);
};
const JSON_TEXT = '{"action":"contact","deviceid":"web01-2024-02-29-12-00-00"}';

describe("a body", () => {
  it.each<[string, Buffer, Record<string, string>, string | null]>([
    ["plain", Buffer.from(JSON_TEXT), {}, null],
    ["zlib", deflateSync(JSON_TEXT), { "Content-Type": "application/x-compress-zlib" }, "zlib"],
    ["gzip", gzipSync(JSON_TEXT), {}, "gzip"],
    ["brotli", brotliCompressSync(JSON_TEXT), { "content-type": "application/x-compress-br" }, "br"],
    ["gzip by Content-Encoding", gzipSync(JSON_TEXT), { "Content-Encoding": "gzip" }, "gzip"],
  ])("is shown unpacked: %s", (_, bytes, headers, coding) => {
    const body = shown(bytes, headers);
    expect(body).toMatchObject({ size: bytes.length, isCut: false, coding, syntax: "json" });
    expect(body.text).toBe('{\n  "action": "contact",\n  "deviceid": "web01-2024-02-29-12-00-00"\n}');
  });

  it("that is empty is shown so", () => {
    expect(shown("")).toMatchObject({ syntax: "empty", text: "" });
  });

  it("that was cut shows its beginning, packed or not", () => {
    const long = JSON.stringify({ list: Array.from({ length: 5000 }, (_, i) => `entry ${i * 7919}`) });
    const packed = deflateSync(long).subarray(0, 4000);
    expect(shown(packed, {}, 40_000)).toMatchObject({ size: 40_000, isCut: true, coding: "zlib", syntax: "json" });
    expect(shown(packed, {}, 40_000).text).toContain("entry 7919");
    expect(shown(long.slice(0, 100), {}, long.length)).toMatchObject({ isCut: true, syntax: "json" });
  });

  it("that is a bomb is not unpacked", () => {
    const bomb = gzipSync(Buffer.alloc(64 << 20));
    expect(shown(bomb)).toMatchObject({ coding: null, syntax: "binary" });
  });

  it("that is no text is shown in hex, a little of it", () => {
    const { syntax, text } = shown(Buffer.alloc(1000, 7));
    expect(syntax).toBe("binary");
    expect(text).toMatch(/^07 07 /);
    expect(text.split(" ")).toHaveLength(16);
  });

  it("of a form shows its fields, with the JSON in them: once and twice encoded, as Puppet's facts are", () => {
    const facts = JSON.stringify({ values: { os: { family: "Debian" }, root_password: "hush" } });
    const text = `environment=production&facts=${encodeURIComponent(encodeURIComponent(facts))}&plain=${encodeURIComponent(facts)}`;
    const body = shown(text, { "content-type": "application/x-www-form-urlencoded" });
    expect(body.syntax).toBe("form");
    expect(body.text.match(/"family": "Debian"/g)).toHaveLength(2);
    expect(body.text).toContain("environment: production");
    expect(body.text).not.toContain("hush");
  });

  it("in XML has one element to a line", () => {
    const xml = `<?xml version="1.0"?><REPLY a="1"><OPTION><NAME>NETDISCOVERY</NAME><AUTHENTICATION COMMUNITY="hush" VERSION="2c"/><PASSWORD>hush</PASSWORD><X>a &amp; <![CDATA[<b>]]></X></OPTION></REPLY>`;
    expect(shown(xml).text).toBe(
      [
        '<REPLY a="1">',
        "  <OPTION>",
        "    <NAME>NETDISCOVERY</NAME>",
        '    <AUTHENTICATION COMMUNITY="***" VERSION="2c"></AUTHENTICATION>',
        "    <PASSWORD>***</PASSWORD>",
        "    <X>a &amp; &lt;b&gt;</X>",
        "  </OPTION>",
        "</REPLY>",
      ].join("\n"),
    );
  });

  it("in XML that breaks off shows what could be read, and expands nothing", () => {
    expect(shown("<A><PASSWORD>hush</PASSWORD><B>1</B><C>").text).toContain("<B>1</B>");
    expect(shown("<A><PASSWORD>hush</PASSWORD><B>1</B><C>").text).not.toContain("hush");
    const bomb = '<!DOCTYPE a [<!ENTITY x "aaaaaaaaaa"><!ENTITY y "&x;&x;&x;">]><a>&y;</a>';
    expect(shown(bomb).text).not.toContain("aaaaaaaaaa aaaaaaaaaa");
    expect(shown(bomb).text.length).toBeLessThan(200);
  });

  it("in YAML or plain text has no passwords and no private keys", () => {
    const key = "-----BEGIN RSA PRIVATE KEY-----\nMIIhush\nhush\n-----END RSA PRIVATE KEY-----";
    const { text, syntax } = shown(`user: ada\npassword: hush\n${key}\nlast: line`);
    expect(syntax).toBe("text");
    expect(text).toContain("user: ada");
    expect(text).toContain("last: line");
    expect(text).not.toContain("hush");
  });
});

describe("a body that holds other things", () => {
  it("shows JSON in JSON as what it says, as a DSC report's StatusData is", () => {
    const { text } = shown(JSON.stringify({ StatusData: [JSON.stringify({ Type: "Consistency", Mode: ["Pull"] })] }));
    expect(JSON.parse(text)).toEqual({ StatusData: [{ Type: "Consistency", Mode: ["Pull"] }] });
  });

  it("shows XML in JSON by its lines", () => {
    const { text } = shown(JSON.stringify({ out: "<A><B>1</B></A>" }));
    expect(JSON.parse(text)).toEqual({ out: ["<A>", "  <B>1</B>", "</A>"] });
  });

  it("in msgpack is shown as JSON, as Puppet's are; what is cut or none is bytes", () => {
    const bytes = Buffer.from(encode({ name: "web01", blob: new TextEncoder().encode("text"), password: "hush" }));
    const headers = { "Content-Type": "application/x-msgpack" };
    const whole = shown(bytes, headers);
    expect(whole.syntax).toBe("msgpack");
    expect(JSON.parse(whole.text)).toEqual({ name: "web01", blob: "text", password: "***" });
    expect(shown(bytes.subarray(0, 12), headers, bytes.length).text).not.toContain("hush");
    // Five bytes that announce four thousand million entries.
    expect(shown(Buffer.from("ddffffffff00", "hex"), headers).syntax).toBe("binary");
  });

  it("in several parts shows each with its headers", () => {
    const part = (name: string, body: string) =>
      `--B0\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${body}\r\n`;
    const text = `preamble\r\n${part("a", '{"b":1}')}${part("api_token", "hush")}--B0--\r\n`;
    const body = shown(text, { "Content-Type": "multipart/form-data; boundary=B0" });
    expect(body.syntax).toBe("multipart");
    expect(body.text).toContain('name="a"\n\n{\n  "b": 1\n}');
    expect(body.text).toContain('name="api_token"\n\n***');
    expect(body.text).not.toMatch(/hush|preamble/);
    // A boundary's case counts; without one, or cut in a part's headers, nothing is taken for content.
    expect(shown(text, { "Content-Type": "multipart/form-data; boundary=b0" }).syntax).toBe("text");
    const cut = shown(
      '--B0\r\nContent-Disposition: form-data; name="tok',
      { "Content-Type": "multipart/x; boundary=B0" },
      999,
    );
    expect(cut.text).toBe("***");
  });

  it("in UTF-16, as Windows writes MOFs, is text", () => {
    const mof = Buffer.concat([
      Buffer.from([0xff, 0xfe]),
      Buffer.from('instance of A { Password = "hush"; X = "1"; };', "utf16le"),
    ]);
    expect(shown(mof)).toMatchObject({ syntax: "text", text: 'instance of A { Password = ***; X = "1"; };' });
  });

  it.each(["[", '{"a":', "<a>", "password:", 'password="', "-----BEGIN PRIVATE KEY-----", "%7B", "--B0\r\n"])(
    "is shown whatever is in it, without end: %s",
    (piece) => {
      const bomb = gzipSync(piece.repeat(Math.floor((4 << 20) / piece.length)));
      for (const type of [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/x-msgpack",
        "multipart/x; boundary=B0",
      ])
        expect(shown(bomb, { "Content-Type": type }).text.length).toBeLessThanOrEqual(1 << 20);
    },
  );
});

describe("secrets in JSON", () => {
  it("go by their names, whatever is in them, and where a command line says them", () => {
    const { text } = shown(
      JSON.stringify({
        credentials: { 1: { type: "login_password", login: "ada", password: "hush" } },
        token: ["hush", { a: "hush", n: 4711 }],
        processes: [{ cmd: "mysqldump --password=hush db" }],
        rich: { __ptype: "Sensitive", __pvalue: "hush" },
        key: "-----BEGIN PRIVATE KEY-----\nhush",
        host: "esx1",
      }),
    );
    expect(text).not.toContain("hush");
    expect(text).not.toContain("4711");
    expect(text).toContain('"host": "esx1"');
  });

  it("are searched for in names that are none of ours", () => {
    expect(shown('{"__proto__":{"password":"hush"},"constructor":1}').text).not.toContain("hush");
  });
});

describe("headers and URLs", () => {
  it("say who, and not with what", () => {
    expect(
      maskedHeaders({ Authorization: "Basic aHVzaA==", cookie: "hush", "X-Token": "hush", Host: "a", none: undefined }),
    ).toEqual({ Authorization: "Basic ***", cookie: "***", "X-Token": "***", Host: "a" });
    expect(maskedUrl("/b/collect/?action=setAnswer&_glpi_csrf_token=hush&uuid=1&pass%77ord=hush&token")).toBe(
      "/b/collect/?action=setAnswer&_glpi_csrf_token=***&uuid=1&pass%77ord=***&token",
    );
    expect(maskedUrl("/a")).toBe("/a");
  });
});
