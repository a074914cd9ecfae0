import { describe, expect, it } from "vitest";
import { optionsIn, valuesOf } from "./xml-options.js";

describe("OPTIONs of a REPLY", () => {
  it("are read from attributes (recording fi-netdiscovery)", () => {
    const [option, more] = optionsIn(
      '<REPLY><OPTION><NAME>NETDISCOVERY</NAME><PARAM PID="1011" THREADS_DISCOVERY="2"/><RANGEIP ID="3" IPSTART="127.0.0.1" IPEND="127.0.0.2"/><AUTHENTICATION ID="1" COMMUNITY="a&amp;b&#233;&quot;" VERSION="2c"/><AUTHENTICATION ID="2"/></OPTION><PROLOG_FREQ>24</PROLOG_FREQ></REPLY>',
    );
    if (option === undefined) throw new Error("there is none");
    expect(more).toBeUndefined();
    expect(option.name).toBe("NETDISCOVERY");
    expect(valuesOf(option, "PARAM")).toMatchObject([{ PID: "1011", THREADS_DISCOVERY: "2" }]);
    expect(valuesOf(option, "RANGEIP")).toMatchObject([{ IPSTART: "127.0.0.1", IPEND: "127.0.0.2" }]);
    expect(valuesOf(option, "AUTHENTICATION")).toMatchObject([{ COMMUNITY: 'a&bé"' }, { ID: "2" }]);
  });

  it("are read from elements", () => {
    const [option] = optionsIn(
      "<REPLY><OPTION>\n <NAME>SNMPQUERY</NAME>\n <PARAM><PID>7</PID></PARAM>\n <DEVICE><ID>1</ID><IP>10.0.0.1</IP></DEVICE><DEVICE><ID>2</ID></DEVICE></OPTION></REPLY>",
    );
    if (option === undefined) throw new Error("there is none");
    expect(valuesOf(option, "DEVICE")).toEqual([{ ID: "1", IP: "10.0.0.1" }, { ID: "2" }]);
  });

  it("may be several, or none", () => {
    const two = "<OPTION><NAME>A</NAME></OPTION>";
    expect(optionsIn(`<REPLY>${two}${two}</REPLY>`)).toHaveLength(2);
    expect(optionsIn("<REPLY></REPLY>")).toEqual([]);
  });
});
