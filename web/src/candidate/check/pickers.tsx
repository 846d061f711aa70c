import { useText } from "../../i18n";
import type { Devices } from "../use-devices";

export function Pickers({ devices }: { readonly devices: Devices }) {
  const { t } = useText();
  const { choice, stream, cameras, microphones, ask } = devices;
  const used = (kind: string) =>
    stream
      ?.getTracks()
      .find((track) => track.kind === kind)
      ?.getSettings().deviceId ?? "";
  return (
    <div className="pickers">
      {choice.video ? (
        <Picker
          devices={cameras}
          label={t("check.camera")}
          onPick={(camera) => void ask({ ...choice, camera })}
          value={used("video")}
        />
      ) : (
        <button className="button" onClick={() => void ask({ video: true })} type="button">
          {t("check.withCamera")}
        </button>
      )}
      <Picker
        devices={microphones}
        label={t("check.microphone")}
        onPick={(microphone) => void ask({ ...choice, microphone })}
        value={used("audio")}
      />
      {choice.video && (
        <button
          className="link-button"
          data-testid="camera-off"
          onClick={() => void ask({ ...choice, video: false })}
          type="button"
        >
          {t("check.audioOnly")}
        </button>
      )}
    </div>
  );
}

interface PickerProps {
  readonly label: string;
  readonly devices: readonly MediaDeviceInfo[];
  readonly value: string;
  readonly onPick: (id: string) => void;
}

function Picker({ label, devices, value, onPick }: PickerProps) {
  const { t } = useText();
  return (
    <label className="field">
      <span>{label}</span>
      <select onChange={(event) => onPick(event.target.value)} value={value}>
        {devices.map((device, index) => (
          <option key={device.deviceId} value={device.deviceId}>
            {device.label || t("check.unnamed", { number: index + 1 })}
          </option>
        ))}
      </select>
    </label>
  );
}
