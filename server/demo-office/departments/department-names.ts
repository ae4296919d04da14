/** Plain name and Hindi name. */
export const departmentNames = {
  electricity: ['Street lighting and electricity', 'स्ट्रीट लाइट और बिजली'],
  water: ['Water supply', 'जल आपूर्ति'],
  drainage: ['Drainage and sewerage', 'नाली और सीवर'],
  roads: ['Roads and footpaths', 'सड़क और फुटपाथ'],
  sanitation: ['Sanitation', 'सफ़ाई'],
  parks: ['Parks and trees', 'उद्यान और पेड़'],
  health: ['Public health', 'जन स्वास्थ्य'],
  revenue: ['Revenue and certificates', 'राजस्व और प्रमाणपत्र']
} as const
export type DepartmentKey = keyof typeof departmentNames

/** What a photo of such a grievance shows. */
export const photoScenes = [
  'streetLight',
  'wire',
  'tap',
  'leak',
  'drain',
  'manhole',
  'pothole',
  'footpath',
  'garbage',
  'deadAnimal',
  'tree',
  'park',
  'mosquito',
  'dogs',
  'noise',
  'papers'
] as const
export type PhotoScene = (typeof photoScenes)[number]
