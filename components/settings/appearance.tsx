'use client'
import { type Preferences, setPreference, usePreference } from '../preferences.ts'
import { openKeyMap } from '../shell/keys.ts'
import { Button } from '../ui/button.tsx'
import { Switch } from '../ui/switch.tsx'

const THEMES: [Preferences['theme'], string][] = [
  ['system', 'System'],
  ['dark', 'Dark'],
  ['light', 'Light'],
]

export function ThemeChoice() {
  const theme = usePreference('theme')
  return (
    <fieldset className="flex flex-wrap items-center justify-between gap-3">
      <legend className="float-left text-14">Theme</legend>
      <div className="flex rounded-md border border-edge p-0.5">
        {THEMES.map(([value, word]) => (
          <label
            key={value}
            className="relative flex h-7 cursor-pointer items-center rounded-sm px-3 text-13 text-muted has-checked:bg-raised has-checked:text-text has-focus-visible:outline-2 has-focus-visible:outline-accent forced-colors:has-checked:outline-2"
          >
            <input
              type="radio"
              name="theme"
              value={value}
              checked={theme === value}
              onChange={() => setPreference('theme', value)}
              className="absolute inset-0 cursor-pointer opacity-0"
            />
            {word}
          </label>
        ))}
      </div>
    </fieldset>
  )
}

export function ClockSwitch() {
  const utc = usePreference('clock') === 'utc'
  return (
    <Switch
      checked={utc}
      onChange={(on) => setPreference('clock', on ? 'utc' : 'local')}
      label="Times in UTC"
      hint="Exports are in UTC either way."
    />
  )
}

export function KeysSwitch() {
  const on = usePreference('keys') === 'on'
  return (
    <>
      <Switch
        checked={on}
        onChange={(next) => setPreference('keys', next ? 'on' : 'off')}
        label="Shortcuts of a single key"
        hint="They rest while you type. Ctrl K, Enter and Esc act either way."
      />
      <Button className="self-start" onClick={openKeyMap}>
        Show all keys
      </Button>
    </>
  )
}
