// The API documentation in Swagger UI.
import "swagger-ui-dist/swagger-ui.css";
// @ts-expect-error: the package has no types for this file
import SwaggerUI from "swagger-ui-dist/swagger-ui-es-bundle.js";

SwaggerUI({ domNode: document.getElementById("docs"), url: "openapi.json", deepLinking: true });
