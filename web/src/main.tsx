import { render } from "preact";

render(<main>genre</main>, document.getElementById("app")!);
