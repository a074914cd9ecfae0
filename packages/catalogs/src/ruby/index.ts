export {
  type CompilerOptions,
  type CompilerStatus,
  createRubyCompiler,
  type RubyCompiler,
} from "./compiler.js";
export { type FoundRuby, findRuby, type NoRuby, type RubySettings } from "./find-ruby.js";
export { serverFacts } from "./server-facts.js";
export { type RubyOptions, type StartedRuby, startRuby } from "./started-ruby.js";
