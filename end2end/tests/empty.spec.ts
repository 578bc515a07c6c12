// A tenant without a past: three kinds of nothing, each with a way on.
import { manager } from "../support/accounts.ts";
import { declare, rows, unique } from "../support/incidents.ts";
import { inspect } from "../support/inspect.ts";
import { expect, test } from "../support/test.ts";

test.use({ musterOptions: { empty: true } });

test("none at all, none that match, and the way from each to the next", async ({ person, colorScheme }) => {
  const { page } = person;
  await person.signIn(manager);
  await expect(page.getByRole("heading", { level: 2, name: "All quiet" })).toBeVisible();
  await page.getByRole("link", { name: "Show all incidents" }).click();
  await expect(page.getByRole("heading", { level: 2, name: "No incidents yet" })).toBeVisible();
  await inspect(person, "incidents-none", colorScheme ?? "light");
  await page.getByRole("link", { name: "Declare the first incident" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Declare an incident" })).toBeVisible();

  const title = unique("The first one");
  await declare(person, { title, severity: "SEV4" });
  await person.open("/incidents?tab=active&severity=SEV1");
  await expect(page.getByRole("heading", { level: 2, name: "No incident matches" })).toBeVisible();
  await inspect(person, "incidents-no-match", colorScheme ?? "light");
  await page.getByRole("link", { name: "Clear the severity filter" }).click();
  await expect(rows(page)).toHaveCount(1);
  await expect(rows(page)).toContainText(title);
});
