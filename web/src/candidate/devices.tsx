import { useText } from "../i18n";
import { Icon } from "../ui/icons";
import { Camera } from "./camera";
import { DeviceProblemNote } from "./device-problem";
import { LevelMeter } from "./level-meter";
import type { Devices as DeviceState } from "./use-devices";

interface Props {
  readonly devices: DeviceState;
  readonly onStart: (stream: MediaStream) => void;
}

export function Devices({ devices, onStart }: Props) {
  const { t } = useText();
  const { status, stream } = devices;
  return (
    <div className="column">
      <h1 tabIndex={-1}>{t("devices.title")}</h1>
      <p className="lead">{t("devices.lead")}</p>
      <div className="device-card">
        <div className="preview">
          <Preview devices={devices} />
        </div>
        <div className="device-side">
          {status === "ready" && stream && <LevelMeter stream={stream} />}
          {status === "ready" && <Pickers devices={devices} />}
          {(status === "idle" || status === "asking") && (
            <>
              <p role="status">{status === "asking" ? t("devices.asking") : ""}</p>
              <button
                className="button primary"
                data-testid="devices-ask"
                disabled={status === "asking"}
                onClick={() => void devices.ask({ video: true })}
                type="button"
              >
                {t("devices.ask")}
              </button>
            </>
          )}
          <DeviceProblemNote devices={devices} />
        </div>
      </div>
      {status === "ready" && stream && (
        <div className="actions">
          <button
            className="button primary large"
            data-testid="start"
            onClick={() => onStart(stream)}
            type="button"
          >
            {t("devices.start")}
          </button>
          <p className="fine">{t("devices.startHint")}</p>
        </div>
      )}
    </div>
  );
}

function Preview({ devices }: { readonly devices: DeviceState }) {
  const { t } = useText();
  const { status, stream } = devices;
  if (status === "ready" && stream) {
    if (stream.getVideoTracks().length > 0) {
      return <Camera className="is-large" label={t("devices.preview")} stream={stream} />;
    }
    return (
      <p className="preview-note">
        <Icon name="mic" size={32} />
        {t("devices.noVideo")}
      </p>
    );
  }
  return (
    <p className="preview-note">
      <Icon name="camera" size={32} />
      {t("devices.preview")}
    </p>
  );
}

function Pickers({ devices }: { readonly devices: DeviceState }) {
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
          label={t("devices.camera")}
          onPick={(camera) => void ask({ ...choice, camera })}
          value={used("video")}
        />
      ) : (
        <button className="button" onClick={() => void ask({ video: true })} type="button">
          {t("devices.withCamera")}
        </button>
      )}
      <Picker
        devices={microphones}
        label={t("devices.microphone")}
        onPick={(microphone) => void ask({ ...choice, microphone })}
        value={used("audio")}
      />
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
            {device.label || t("devices.unnamed", { number: index + 1 })}
          </option>
        ))}
      </select>
    </label>
  );
}
