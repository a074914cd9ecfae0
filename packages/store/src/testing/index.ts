export { createTestDatabase, type TestDatabase, urlFor } from "./databases.js";
