import { useToken } from "../songs";

export function TokenForm() {
  return (
    <form
      class="token"
      onSubmit={(event) => {
        event.preventDefault();
        const token = new FormData(event.currentTarget).get("token");
        useToken(String(token).trim());
      }}
    >
      <label>
        This server requires a token{" "}
        <input name="token" type="password" autocomplete="off" required />
      </label>
      <button class="primary">Use token</button>
    </form>
  );
}
