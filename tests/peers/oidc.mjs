// oidc-provider, a certified OpenID provider, with its own pages to sign in: any name, any password.
// Usage: node oidc.mjs PORT CLIENT_ID CLIENT_SECRET REDIRECT_URI
import { Provider } from 'oidc-provider';

const [port, client, secret, redirect] = process.argv.slice(2);
const provider = new Provider(`http://localhost:${port}`, {
  clients: [{ client_id: client, client_secret: secret, redirect_uris: [redirect] }],
  pkce: { required: () => true },
  claims: { openid: ['sub'], profile: ['preferred_username', 'name'] },
  findAccount: (_, id) => ({
    accountId: id,
    claims: async () => ({ sub: id, preferred_username: id, name: id }),
  }),
});
provider.listen(Number(port), '127.0.0.1');
