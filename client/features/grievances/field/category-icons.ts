import type { Component } from 'vue'
import {
  Bug, CircleAlert, CloudRain, Construction, Dog, Droplets, DropletOff, FileClock, Footprints, Lamp, MessageSquareWarning,
  OctagonAlert, PawPrint, Pickaxe, Receipt, Recycle, Signpost, Toilet, Trash, TreeDeciduous, Trees, Volume2, WavesHorizontal, Wrench, Zap
} from '@lucide/vue'

const icons: Readonly<Record<string, Component>> = {
  bug: Bug,
  'circle-alert': CircleAlert,
  'cloud-rain': CloudRain,
  construction: Construction,
  dog: Dog,
  'droplet-off': DropletOff,
  droplets: Droplets,
  'file-clock': FileClock,
  footprints: Footprints,
  lamp: Lamp,
  'octagon-alert': OctagonAlert,
  'paw-print': PawPrint,
  pickaxe: Pickaxe,
  receipt: Receipt,
  recycle: Recycle,
  signpost: Signpost,
  toilet: Toilet,
  trash: Trash,
  'tree-deciduous': TreeDeciduous,
  trees: Trees,
  'volume-2': Volume2,
  'waves-horizontal': WavesHorizontal,
  wrench: Wrench,
  zap: Zap
}

/** The icon a category names; a plain one where it names none that this app has. */
export function categoryIcon(name: string | undefined): Component {
  return icons[name ?? ''] ?? MessageSquareWarning
}
