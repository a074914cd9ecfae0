import { isSecretName, withoutAgentSecrets, withoutSecrets } from "@gatehouse/core/redaction";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

describe("withoutSecrets", () => {
  it.each([
    ["--password=hunter2 --debug", "--password=*** --debug"],
    ["--password hunter2 --debug", "--password *** --debug"],
    ["mysql --user=root --password='hunter 2' db", "mysql --user=root --password=*** db"],
    ['x --client-secret="hunter 2"', "x --client-secret=***"],
    ["--oauth-client-id=a --oauth-client-secret=hunter2", "--oauth-client-id=a --oauth-client-secret=***"],
    ["--server=https://user:hunter2@host/x --tag=a", "--server=https://***@host/x --tag=a"],
    ["--proxy=user:hunter2@proxy:3128", "--proxy=***@proxy:3128"],
    ["http://user:hunt@er/2@host/", "http://***@host/"],
    ["curl -H x?token=hunter2&a=b", "curl -H x?token=***&a=b"],
    ["PGPASSWORD=hunter2 psql", "PGPASSWORD=*** psql"],
    ['{"password": "hunter2", "user": "a"}', '{"password": ***, "user": "a"}'],
    ["snmpwalk --community=hunter2", "snmpwalk --community=***"],
    ["sshpass -p hunter2 ssh a", "sshpass -p *** ssh a"],
    ["mysqldump -u root -phunter2 --all-databases", "mysqldump -u root -p*** --all-databases"],
    ["curl -s -u a:hunter2 http://b/", "curl -s -u *** http://b/"],
  ])("masks %j", (text, masked) => {
    expect(withoutSecrets(text)).toBe(masked);
    expect(withoutSecrets(masked)).not.toContain("hunter");
  });

  it.each(["", "ps -p 12", "sshd: root@pts/0", "vim a@b.example", "--no-password --debug", "ls -la", "--user=root"])(
    "leaves %j",
    (text) => {
      expect(withoutSecrets(text)).toBe(text);
    },
  );

  it("does not search back and forth in what is hostile", () => {
    const hostile = ["-", "--pass", "://", "://a@", "-a-", "a@", "token:", "pass-", "-p ", "curl -", "mysql "].map(
      (part) => part.repeat(65_536 / part.length),
    );
    for (const text of hostile) expect(withoutAgentSecrets(text).length).toBeLessThanOrEqual(65_536 * 2);
  });
});

describe("withoutAgentSecrets", () => {
  it.each([
    [
      "--server=http://127.0.0.1/ --user=a --password=hun ter 2 --debug",
      "--server=http://127.0.0.1/ --user=a --password=*** --debug",
    ],
    ["-u a -p hunter2 --debug", "-u a -p *** --debug"],
    ["-p hunter2", "-p ***"],
    ["-p=hunter2 -d", "-p *** -d"],
    ["--password=hunter2", "--password=***"],
    ["--httpd-trust=a --vardir=/var/x", "--httpd-trust=a --vardir=/var/x"],
  ])("masks %j", (text, masked) => {
    expect(withoutAgentSecrets(text)).toBe(masked);
  });

  it("leaves nothing of a password, whatever stands around it", () => {
    const word = fc.constantFrom("--debug", "--tag=lab", "-d", "--server=http://h/", "--user=a");
    const option = fc.constantFrom("--password=", "--password ", "--oauth-client-secret=", "-p ");
    fc.assert(
      fc.property(fc.array(word), option, fc.array(word), (before, name, after) => {
        const text = [...before, `${name}Hunter2=@:/`, ...after].join(" ");
        const masked = withoutAgentSecrets(text);
        expect(masked).not.toContain("Hunter2");
        for (const kept of after) expect(masked.endsWith(after.join(" "))).toBe(kept !== undefined);
      }),
    );
  });
});

it("knows fields that are secrets by their names", () => {
  expect(["password", "api_key", "apiKey", "PASSWD", "access_token"].map(isSecretName)).toEqual([
    ...[true, true, true, true, true],
  ]);
  expect(["perl_args", "name", "etime"].map(isSecretName)).toEqual([false, false, false]);
});
