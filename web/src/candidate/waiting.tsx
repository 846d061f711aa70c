import { useText } from "../i18n";

/** A full server: where one stands in the line. The link asks again by itself. */
export function Waiting({ place }: { readonly place: number | null }) {
  const { t } = useText();
  return (
    <div className="column narrow" data-place={place ?? ""} data-testid="waiting">
      {place !== null && (
        <span aria-hidden="true" className="done-mark place-mark">
          {place}
        </span>
      )}
      <h1 tabIndex={-1}>{t("waiting.title")}</h1>
      <p className="lead" role="status">
        {place === null && t("waiting.unknown")}
        {place === 1 && t("waiting.next")}
        {place !== null && place > 1 && t("waiting.place", { place })}
      </p>
      <p>{t("waiting.text")}</p>
      <p className="fine">{t("waiting.recorded")}</p>
    </div>
  );
}
