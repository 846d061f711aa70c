import { Kbd, Switch } from "@mantine/core";
import { useState } from "react";
import { useText } from "../../i18n";
import { Dialog } from "../parts/dialog";
import { ACTIONS, areKeysOn, keyName, setKeysOn } from "./keys";

export function KeysHelp({ onClose }: { readonly onClose: () => void }) {
  const { t } = useText();
  const [isOn, setOn] = useState(areKeysOn);
  return (
    <Dialog isOpen onClose={onClose} size="lg" title={t("keys.title")}>
      <dl className="keys" data-testid="keys-help">
        {ACTIONS.map(({ id, keys }) => (
          <div key={id}>
            <dt>
              {keys.map((key) => (
                <Kbd key={key}>{keyName(key)}</Kbd>
              ))}
            </dt>
            <dd>{t(`keys.${id}`)}</dd>
          </div>
        ))}
        <div>
          <dt>
            <Kbd>1</Kbd>–<Kbd>5</Kbd>
          </dt>
          <dd>{t("keys.levels")}</dd>
        </div>
        <div>
          <dt>
            <Kbd>Ctrl</Kbd>
            <Kbd>↵</Kbd>
          </dt>
          <dd>{t("keys.save")}</dd>
        </div>
      </dl>
      <Switch
        checked={isOn}
        description={t("keys.onHint")}
        label={t("keys.on")}
        onChange={(event) => {
          setOn(event.currentTarget.checked);
          setKeysOn(event.currentTarget.checked);
        }}
      />
    </Dialog>
  );
}
