/* Passkeys: turns the two JSON conversations of accounts/views/passkeys.py into one button. Without JavaScript the button is not shown. */
(() => {
  "use strict";

  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const known = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

  const make = async (asked) => {
    const user = { ...asked.user, id: bytes(asked.user.id) };
    const options = { ...asked, challenge: bytes(asked.challenge), user, excludeCredentials: known(asked.excludeCredentials) };
    const made = await navigator.credentials.create({ publicKey: options });
    const transports = made.response.getTransports ? made.response.getTransports() : [];
    return answer(made, {
      attestationObject: text(made.response.attestationObject),
      clientDataJSON: text(made.response.clientDataJSON),
      transports,
    });
  };

  const give = async (asked) => {
    const options = { ...asked, challenge: bytes(asked.challenge), allowCredentials: known(asked.allowCredentials) };
    const given = await navigator.credentials.get({ publicKey: options });
    const { authenticatorData, clientDataJSON, signature, userHandle } = given.response;
    return answer(given, {
      authenticatorData: text(authenticatorData),
      clientDataJSON: text(clientDataJSON),
      signature: text(signature),
      userHandle: userHandle ? text(userHandle) : null,
    });
  };

  const answer = (credential, response) => ({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response,
  });

  const post = async (address, token, data) => {
    const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
    const reply = await fetch(address, { method: "POST", headers, body: JSON.stringify(data), credentials: "same-origin" });
    const said = await reply.json().catch(() => ({}));
    if (!reply.ok) throw new Refused(said.detail || "The site did not answer as expected. Please load this page again.");
    return said;
  };

  class Refused extends Error {}

  const words = (problem) => {
    if (problem instanceof Refused) return problem.message;
    if (problem.name === "InvalidStateError") return "This device holds a passkey for you already.";
    if (problem.name === "NotAllowedError") return "Nothing was done: it was stopped, or took too long. You can try again.";
    return "This browser or device could not do it. You can try again, or use a code.";
  };

  const run = async (form) => {
    const { passkey, begin, complete, next, then } = form.dataset;
    const token = form.elements.csrfmiddlewaretoken.value;
    const credential = await (passkey === "add" ? make : give)(await post(begin, token, {}));
    const address = next ? `${complete}?next=${encodeURIComponent(next)}` : complete;
    const said = await post(address, token, credential);
    if (then) document.getElementById(then).submit();
    else window.location.assign(said.redirect_url);
  };

  const tell = (form, message, link) => {
    const place = form.querySelector("[role=alert]");
    const line = document.createElement("p");
    line.textContent = message;
    if (link) {
      const anchor = document.createElement("a");
      anchor.href = link;
      anchor.textContent = link;
      line.append(" ", anchor);
    }
    place.replaceChildren(line);
    place.hidden = false;
  };

  for (const line of document.querySelectorAll("[data-without-scripts]")) line.remove();
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    if (!window.PublicKeyCredential) {
      if (form.dataset.passkey === "add") {
        form.hidden = false;
        form.querySelector("button").hidden = true;
        tell(form, "This browser knows no passkeys. An authenticator app works everywhere.");
      }
      continue;
    }
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (window.location.hostname === "127.0.0.1") {
        tell(form, "Browsers keep passkeys for names, not for numbers. Open this page here:", window.location.href.replace("127.0.0.1", "localhost"));
        return;
      }
      const button = form.querySelector("button");
      button.disabled = true;
      try {
        await run(form);
      } catch (problem) {
        tell(form, words(problem));
      } finally {
        button.disabled = false;
      }
    });
  }
})();
