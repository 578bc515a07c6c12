// The people of the demonstration scenario (server/entra-local/scenarios/demo.toml).
export type Account = { username: string; name: string; tenant: string };

const at = (domain: string, tenant: string) => (first: string, last: string) => ({
  username: `${first.toLowerCase()}@${domain}`,
  name: `${first} ${last}`,
  tenant,
});
const contoso = at("contoso.example", "Contoso Ltd");
const fabrikam = at("fabrikam.example", "Fabrikam Inc");

export const admin = contoso("Amara", "Lindqvist");
export const manager = contoso("Ishaan", "Okafor");
export const responder = contoso("Mirela", "Castellanos");
export const viewer = contoso("Lev", "Haraldsen");
export const auditor = contoso("Joana", "Whitcombe");
export const nobody = contoso("Nuri", "Abernathy");
export const otherManager = fabrikam("Dario", "Velasquez");
