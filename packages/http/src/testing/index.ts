export { createTestAuthority, type Identity, type IssueOptions, type TestAuthority } from "./authority.js";
