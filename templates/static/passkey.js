"use strict";
// Has the browser make or use a passkey, puts its answer into the form and sends it. Shows nothing where it cannot.
(() => {
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const described = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

  const make = async (options) => {
    const made = await navigator.credentials.create({ publicKey: {
      ...options,
      challenge: bytes(options.challenge),
      user: { ...options.user, id: bytes(options.user.id) },
      excludeCredentials: described(options.excludeCredentials),
    } });
    const { clientDataJSON, attestationObject } = made.response;
    return [made, { clientDataJSON: text(clientDataJSON), attestationObject: text(attestationObject) }];
  };
  const use = async (options) => {
    const used = await navigator.credentials.get({ publicKey: {
      ...options,
      challenge: bytes(options.challenge),
      allowCredentials: described(options.allowCredentials),
    } });
    const { clientDataJSON, authenticatorData, signature, userHandle } = used.response;
    return [used, {
      clientDataJSON: text(clientDataJSON),
      authenticatorData: text(authenticatorData),
      signature: text(signature),
      userHandle: userHandle ? text(userHandle) : null,
    }];
  };
  const press = async (button) => {
    const { form } = button;
    const trouble = form.querySelector("[data-trouble]");
    trouble.hidden = true;
    button.disabled = true;
    try {
      const options = JSON.parse(button.dataset.passkey);
      const [one, response] = await (button.dataset.verb === "create" ? make : use)(options);
      form.elements[button.dataset.into].value = JSON.stringify({
        id: one.id, rawId: text(one.rawId), type: one.type, response, clientExtensionResults: {},
      });
      form.noValidate = button.dataset.verb !== "create";
      form.requestSubmit();
    } catch {
      trouble.hidden = false;
    } finally {
      button.disabled = false;
    }
  };
  if (!window.PublicKeyCredential || !navigator.credentials) return;
  document.querySelectorAll("[data-passkey]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => press(button));
  });
  document.querySelectorAll("[data-without-passkeys]").forEach((line) => { line.hidden = true; });
})();
