import peggy from "peggy";
import { malformed } from "./refusal.js";

const LONGEST = 100_000;
/** Brackets in brackets: what is deeper would be too deep for a recursion. */
const DEEPEST = 100;

/** PQL as PuppetDB 8 documents it, to its AST. What names what (entities, fields, functions) is looked at afterwards. */
const GRAMMAR = String.raw`
  query = _ q:from _ { return q }
  from = entity:name _ fields:projection? _ "{" _ where:or? _ after:(@clause _)* "}" {
    const groups = after.filter(([word]) => word === "group_by");
    const paging = after.filter(([word]) => word !== "group_by");
    const asked = where === null ? [] : [where];
    const inner = fields === null || fields.length === 0 ? [...asked, ...groups] : [["extract", fields, ...asked, ...groups]];
    return ["from", entity, ...inner, ...paging];
  }
  projection = "[" _ all:columns? _ "]" { return all ?? [] }
  column = function / field
  function = word:name _ "(" _ args:arguments? _ ")" { return ["function", word, ...(args ?? [])] }
  argument = string / field

  clause = "group" __ "by" __ all:columns { return ["group_by", ...all] }
    / "order" __ "by" __ all:sorting { return ["order_by", all] }
    / word:("limit" / "offset") __ count:integer { return [word, count] }
  sorted = by:field way:(__ @("asc" / "desc") !letter)? { return way === null ? by : [by, way] }

  or = head:and tail:(_ "or" end _ @and)* { return tail.length === 0 ? head : ["or", head, ...tail] }
  and = head:not tail:(_ "and" end _ @not)* { return tail.length === 0 ? head : ["and", head, ...tail] }
  not = "!" _ inner:not { return ["not", inner] } / "(" _ @or _ ")" / condition / subquery
  subquery = entity:name _ "{" _ where:or? _ "}" { return where === null ? ["subquery", entity] : ["subquery", entity, where] }
  condition = by:(field / fields) _ "in" end _ of:(values / from) { return ["in", by, of] }
    / by:field __ "is" __ isNot:("not" __)? "null" end { return ["null?", by, isNot === null] }
    / by:field _ "~>" _ "[" _ all:strings _ "]" { return ["~>", by, all] }
    / by:field _ sign:("!~" / "~" / "!=" / ">=" / "<=" / "=" / ">" / "<") _ value:literal {
        return sign[0] === "!" ? ["not", [sign[1], by, value]] : [sign, by, value];
      }
  fields = "[" _ @fieldList _ "]"
  values = "[" _ all:literals? _ "]" { return ["array", all ?? []] }

  field = $(dotted ("." part)+) / !(reserved end) @name
  dotted = "facts" / "trusted" / "parameters"
  part = "\"" [^"]* "\"" / "match(" [^)]* ")" / [^ \t\r\n."',[\](){}!<=>~]+ ("[" [0-9]+ "]")?
  name = $([a-zA-Z_] letter* "?"?)
  letter = [a-zA-Z0-9_]
  end = !letter
  reserved = "order" __ "by" / "group" __ "by" / "limit" / "offset"

  literal = string / number / ("true" end { return true }) / ("false" end { return false }) / "[" _ all:literals? _ "]" { return all ?? [] }
  string = text:$("\"" ([^"\\] / "\\" .)* "\"") {
      try { return JSON.parse(text.replace(/[\n\r\t]/g, (c) => JSON.stringify(c).slice(1, -1))) }
      catch { error("a text in double quotes is as in JSON: " + text.slice(0, 100)) }
    }
    / "'" text:$([^'\\] / "\\" .)* "'" { return text }
  number = text:$("-"? [0-9]+ ("." [0-9]+ ([eE] [-+]? [0-9]+)?)?) end { return Number(text) }
  integer = text:$([0-9]+) end { return Number(text) }
  columns = head:column tail:(_ "," _ @column)* { return [head, ...tail] }
  arguments = head:argument tail:(_ "," _ @argument)* { return [head, ...tail] }
  sorting = head:sorted tail:(_ "," _ @sorted)* { return [head, ...tail] }
  fieldList = head:field tail:(_ "," _ @field)* { return [head, ...tail] }
  strings = head:string tail:(_ "," _ @string)* { return [head, ...tail] }
  literals = head:literal tail:(_ "," _ @literal)* { return [head, ...tail] }
  _ = [ \t\r\n]*
  __ = [ \t\r\n]+
`;

let parser: peggy.Parser | undefined;

/** PuppetDB's AST of a query in PQL: `["from", entity, …]`. @throws request-malformed saying where it is none */
export function parsePql(text: string): unknown {
  if (text.length > LONGEST) throw malformed(`A query has at most ${LONGEST} characters.`);
  refuseDepth(text);
  parser ??= peggy.generate(GRAMMAR);
  try {
    return parser.parse(text);
  } catch (thrown) {
    if (!(thrown instanceof parser.SyntaxError)) throw thrown;
    const { line, column } = (thrown as peggy.parser.SyntaxError).location.start;
    const said = thrown.message.length > 500 ? `${thrown.message.slice(0, 500)}…` : thrown.message;
    throw malformed(`The query is no PQL: line ${line}, column ${column}: ${said}`);
  }
}

/** Before the parser, which is a recursion. */
function refuseDepth(text: string): void {
  let depth = 0;
  for (const [mark] of text.matchAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|![!\s(]*|[()[\]{}]/gs)) {
    if (mark.startsWith("!")) depth += mark.replace(/\s/g, "").length - 1;
    if ("([{".includes(mark)) depth++;
    if (")]}".includes(mark)) depth--;
    if (depth > DEEPEST) throw malformed(`A query nests at most ${DEEPEST} deep.`);
  }
}
