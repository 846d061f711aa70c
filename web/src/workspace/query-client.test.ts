import { expect, it } from "vitest";
import { ApiProblem } from "../api/problem";
import { makeQueryClient } from "./query-client";

const signedOut = () => Promise.reject(new ApiProblem("not_authenticated", 401, "Log in."));

async function ask(queryKey: string[], known?: string) {
  const client = makeQueryClient();
  client.setQueryData(["me"], "Wang Li");
  if (known) client.setQueryData(queryKey, known);
  await client.fetchQuery({ queryKey, queryFn: signedOut, staleTime: 0 }).catch(() => undefined);
  return client.getQueryData(["me"]);
}

it("forgets who was signed in when a page cannot be loaded for want of a login", async () => {
  expect(await ask(["case", "1"])).toBeUndefined();
});

it("keeps a page that is shown, though its refresh is refused", async () => {
  expect(await ask(["case", "1"], "what was loaded")).toBe("Wang Li");
});
