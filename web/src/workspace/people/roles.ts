import type { Role } from "../../api/types";

/** In the order of the table of permissions. */
export const ROLES: readonly Role[] = [
  "admin",
  "hr_lead",
  "reviewer",
  "hiring_manager",
  "auditor",
  "data_protection",
];
