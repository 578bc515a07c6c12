// A hydrated page whose session was ended elsewhere.
import { responder } from "../support/accounts.ts";
import { expect, test } from "../support/test.ts";

test("what a script asks for after the session has ended leads to the sign-in page", async ({ person, another }) => {
  await person.signIn(responder);
  const there = await another();
  await there.signIn(responder, "/sessions");
  await there.page.getByText("Sign out all others…").click();
  await there.page.getByRole("button", { name: "Sign out all others" }).click();
  await expect(there.page.locator("table.sessions tbody tr")).toHaveCount(1);

  person.guard.expect(401);
  await person.page.getByRole("link", { name: "Declare" }).click();
  await expect(person.page.getByRole("heading", { level: 1, name: "Sign in" })).toBeVisible();
});
