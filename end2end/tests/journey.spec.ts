// The whole way of one incident, as a person goes it.
import { manager } from "../support/accounts.ts";
import { declare, note, stands, step, timeline, unique } from "../support/incidents.ts";
import { expect, test } from "../support/test.ts";

test("sign in, declare, note, identify, monitor, resolve, close, sign out", async ({ person }) => {
  const { page } = person;
  const title = unique("Checkout answers with errors");
  await person.signIn(manager);
  await expect(page.getByRole("banner")).toContainText(manager.name);
  await expect(page.getByRole("banner")).toContainText(manager.tenant);
  await expect(page.getByText("Development sign-in.", { exact: true })).toBeVisible();

  const number = await declare(person, { title, severity: "SEV2", summary: "Every **third** order fails." });
  await stands(page, "Investigating");
  await expect(page.getByRole("region", { name: "Summary" }).locator("strong")).toHaveText("third");

  await note(page, "The payment service times out.");
  await step(page, "Cause identified");
  await stands(page, "Identified");
  await step(page, "Fix in, monitor");
  await stands(page, "Monitoring");
  await step(page, "Resolve");
  await stands(page, "Resolved");
  await step(page, "Close");
  await stands(page, "Closed");

  // Oldest first once it is over.
  await expect(timeline(page)).toHaveText([
    /declared it as SEV2 Major, Investigating/,
    /wrote\s*The payment service times out\./,
    /moved it from Investigating to Identified/,
    /moved it from Identified to Monitoring/,
    /moved it from Monitoring to Resolved/,
    /moved it from Resolved to Closed/,
  ]);
  await expect(timeline(page).filter({ hasText: manager.name })).toHaveCount(6);

  await person.open("/incidents?tab=done&sort=number");
  await expect(page.getByRole("link", { name: `${number} ${title}` })).toBeVisible();
  await person.signOut();
  await expect(page.getByRole("heading", { level: 1, name: "You are signed out" })).toBeVisible();
});

test("the back button after signing out shows no incident", async ({ person }) => {
  const { page } = person;
  const title = unique("Only for people who are signed in");
  await person.signIn(manager);
  const number = await declare(person, { title });
  await person.signOut();

  // Back over the pages of signing out, to the address of the incident: it leads to the sign-in.
  for (let steps = 0; !page.url().includes("/authorize") && steps < 4; steps += 1) {
    await page.goBack();
    await expect(page.getByText(title)).toHaveCount(0);
  }
  await expect(page.getByRole("heading", { level: 1, name: "Sign in" })).toBeVisible();
  await person.pick(manager);
  await expect(page).toHaveURL(`/incidents/${number}`);
});
