export { type DateOrder, dateOf, datetimeOf } from "./repair/dates.js";
export { booleanOf, integerOf, megabytesOf, milliOf } from "./repair/scalars.js";
