import type { DepartmentKey, PhotoScene } from './department-names.ts'

/** Working hours of the office's day of seven and a half. */
const day = 7.5
const groups = {
  street: 'Streets and lights',
  water: 'Water and drains',
  clean: 'Cleanliness',
  health: 'Health and safety',
  office: 'Office services'
}

interface CategoryFacts {
  code: string
  name: string
  hindi: string
  group: string
  icon: string
  department: DepartmentKey
  hours: number
  proof?: true
  scene: PhotoScene
}

/** Icons are lucide names. */
export const categoryFacts: readonly CategoryFacts[] = [
  {
    code: 'street-light',
    name: 'Street light not working',
    hindi: 'स्ट्रीट लाइट बंद है',
    group: groups.street,
    icon: 'lamp',
    department: 'electricity',
    hours: 2 * day,
    proof: true,
    scene: 'streetLight'
  },
  {
    code: 'loose-wire',
    name: 'Loose or sparking wire',
    hindi: 'ढीला या चिंगारी वाला तार',
    group: groups.street,
    icon: 'zap',
    department: 'electricity',
    hours: 3,
    scene: 'wire'
  },
  {
    code: 'pothole',
    name: 'Pothole or broken road',
    hindi: 'गड्ढा या टूटी सड़क',
    group: groups.street,
    icon: 'construction',
    department: 'roads',
    hours: 7 * day,
    proof: true,
    scene: 'pothole'
  },
  {
    code: 'footpath',
    name: 'Broken footpath',
    hindi: 'टूटा फुटपाथ',
    group: groups.street,
    icon: 'footprints',
    department: 'roads',
    hours: 10 * day,
    proof: true,
    scene: 'footpath'
  },
  {
    code: 'encroachment',
    name: 'Road or footpath blocked',
    hindi: 'सड़क या फुटपाथ पर कब्ज़ा',
    group: groups.street,
    icon: 'octagon-alert',
    department: 'roads',
    hours: 7 * day,
    scene: 'footpath'
  },
  {
    code: 'traffic-sign',
    name: 'Missing sign or speed breaker',
    hindi: 'संकेत या स्पीड ब्रेकर नहीं है',
    group: groups.street,
    icon: 'signpost',
    department: 'roads',
    hours: 15 * day,
    scene: 'pothole'
  },
  {
    code: 'no-water',
    name: 'No water supply',
    hindi: 'पानी नहीं आ रहा',
    group: groups.water,
    icon: 'droplet-off',
    department: 'water',
    hours: day,
    scene: 'tap'
  },
  {
    code: 'dirty-water',
    name: 'Dirty or smelling water',
    hindi: 'गंदा या बदबूदार पानी',
    group: groups.water,
    icon: 'droplets',
    department: 'water',
    hours: day,
    scene: 'tap'
  },
  {
    code: 'pipe-leak',
    name: 'Leaking pipe',
    hindi: 'पाइप से रिसाव',
    group: groups.water,
    icon: 'wrench',
    department: 'water',
    hours: 2 * day,
    proof: true,
    scene: 'leak'
  },
  {
    code: 'hand-pump',
    name: 'Hand pump broken',
    hindi: 'हैंडपंप ख़राब',
    group: groups.water,
    icon: 'pickaxe',
    department: 'water',
    hours: 3 * day,
    scene: 'tap'
  },
  {
    code: 'drain-blocked',
    name: 'Blocked or overflowing drain',
    hindi: 'नाली जाम या उफ़न रही है',
    group: groups.water,
    icon: 'waves-horizontal',
    department: 'drainage',
    hours: 2 * day,
    proof: true,
    scene: 'drain'
  },
  {
    code: 'manhole-open',
    name: 'Open manhole',
    hindi: 'खुला मैनहोल',
    group: groups.water,
    icon: 'circle-alert',
    department: 'drainage',
    hours: 4,
    proof: true,
    scene: 'manhole'
  },
  {
    code: 'waterlogging',
    name: 'Waterlogging',
    hindi: 'जलभराव',
    group: groups.water,
    icon: 'cloud-rain',
    department: 'drainage',
    hours: 2 * day,
    scene: 'drain'
  },
  {
    code: 'garbage-pickup',
    name: 'Garbage not collected',
    hindi: 'कचरा नहीं उठाया गया',
    group: groups.clean,
    icon: 'trash',
    department: 'sanitation',
    hours: day,
    scene: 'garbage'
  },
  {
    code: 'garbage-dump',
    name: 'Garbage heap in the open',
    hindi: 'खुले में कचरे का ढेर',
    group: groups.clean,
    icon: 'recycle',
    department: 'sanitation',
    hours: 2 * day,
    proof: true,
    scene: 'garbage'
  },
  {
    code: 'public-toilet',
    name: 'Public toilet dirty or closed',
    hindi: 'सार्वजनिक शौचालय गंदा या बंद',
    group: groups.clean,
    icon: 'toilet',
    department: 'sanitation',
    hours: 2 * day,
    scene: 'garbage'
  },
  {
    code: 'dead-animal',
    name: 'Dead animal',
    hindi: 'मरा हुआ जानवर',
    group: groups.clean,
    icon: 'paw-print',
    department: 'sanitation',
    hours: 5,
    scene: 'deadAnimal'
  },
  {
    code: 'fallen-tree',
    name: 'Fallen or dangerous tree',
    hindi: 'गिरा हुआ या ख़तरनाक पेड़',
    group: groups.health,
    icon: 'tree-deciduous',
    department: 'parks',
    hours: day,
    scene: 'tree'
  },
  {
    code: 'park',
    name: 'Park not kept up',
    hindi: 'पार्क की देखभाल नहीं',
    group: groups.clean,
    icon: 'trees',
    department: 'parks',
    hours: 10 * day,
    scene: 'park'
  },
  {
    code: 'mosquitoes',
    name: 'Mosquitoes, fogging needed',
    hindi: 'मच्छर, फ़ॉगिंग चाहिए',
    group: groups.health,
    icon: 'bug',
    department: 'health',
    hours: 3 * day,
    scene: 'mosquito'
  },
  {
    code: 'stray-dogs',
    name: 'Stray animals',
    hindi: 'आवारा पशु',
    group: groups.health,
    icon: 'dog',
    department: 'health',
    hours: 5 * day,
    scene: 'dogs'
  },
  {
    code: 'noise',
    name: 'Noise at night',
    hindi: 'रात में शोर',
    group: groups.health,
    icon: 'volume-2',
    department: 'health',
    hours: day,
    scene: 'noise'
  },
  {
    code: 'certificate-delay',
    name: 'Birth or death certificate late',
    hindi: 'जन्म या मृत्यु प्रमाणपत्र में देरी',
    group: groups.office,
    icon: 'file-clock',
    department: 'revenue',
    hours: 7 * day,
    scene: 'papers'
  },
  {
    code: 'property-tax',
    name: 'Mistake in property tax',
    hindi: 'संपत्ति कर में गलती',
    group: groups.office,
    icon: 'receipt',
    department: 'revenue',
    hours: 15 * day,
    scene: 'papers'
  }
]
