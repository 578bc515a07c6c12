// Two people at one incident: the second learns who changed what, and loses nothing.
import { admin, manager } from "../support/accounts.ts";
import { declare, stands, step, unique } from "../support/incidents.ts";
import { expect, test } from "../support/test.ts";

test("an edit on an old version shows who changed what and keeps the text", async ({ person, another }) => {
  const { page } = person;
  const title = unique("Edited by two");
  await person.signIn(manager);
  const number = await declare(person, { title, summary: "As it was." });
  await person.open(`/incidents/${number}/edit`);

  const faster = await another();
  await faster.signIn(admin, `/incidents/${number}/edit`);
  await faster.page.getByLabel("Title", { exact: true }).fill(`${title}, theirs`);
  await faster.page.getByLabel("Summary", { exact: true }).fill("As they see it.");
  await faster.page.getByRole("button", { name: "Save" }).click();
  await expect(faster.page.getByRole("heading", { level: 1, name: `${title}, theirs` })).toBeVisible();

  await page.getByLabel("Title", { exact: true }).fill(`${title}, mine`);
  person.guard.expect(409);
  await page.getByRole("button", { name: "Save" }).click();
  const problem = page.getByRole("alert");
  await expect(problem).toContainText("Somebody changed this incident since you opened it");
  await expect(problem).toContainText(`${admin.name} changed the title from “${title}” to “${title}, theirs”`);
  await expect(page.getByLabel("Title", { exact: true })).toHaveValue(`${title}, mine`);
  await expect(page.locator(".on-record").first()).toContainText(`${title}, theirs`);
  // The field that only they changed is theirs already.
  await expect(page.getByLabel("Summary", { exact: true })).toHaveValue("As they see it.");

  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("heading", { level: 1, name: `${title}, mine` })).toBeVisible();
  await expect(page.getByRole("region", { name: "Summary" })).toContainText("As they see it.");
});

test("a step on an old version is refused and the page shows the present one", async ({ person, another }) => {
  const { page } = person;
  await person.deaf();
  await person.signIn(manager);
  const number = await declare(person, { title: unique("Moved by two") });

  const faster = await another();
  await faster.signIn(admin, `/incidents/${number}`);
  await step(faster.page, "Cause identified");
  await stands(faster.page, "Identified");
  await step(faster.page, "Fix in, monitor");
  await stands(faster.page, "Monitoring");

  person.guard.expect(409);
  await step(page, "Cause identified");
  await expect(page.getByRole("alert")).toContainText(`${admin.name} moved it from Identified to Monitoring`);
  await stands(page, "Monitoring");
});
