/** A name as it is written in Latin and in the script of the language. */
export type WrittenName = readonly [latin: string, native: string]

export interface NameStock {
  /** ISO 639-1. */
  readonly language: 'hi' | 'mr' | 'kn' | 'ta' | 'bn' | 'ur'
  readonly female: readonly WrittenName[]
  readonly male: readonly WrittenName[]
  readonly family: readonly WrittenName[]
}

/** Common names put together by chance; they mean nobody. */
export const nameStocks: readonly NameStock[] = [
  {
    language: 'hi',
    female: [
      ['Sunita', 'सुनीता'],
      ['Anita', 'अनीता'],
      ['Rekha', 'रेखा'],
      ['Kavita', 'कविता'],
      ['Pooja', 'पूजा'],
      ['Geeta', 'गीता'],
      ['Savitri', 'सावित्री'],
      ['Lakshmi', 'लक्ष्मी'],
      ['Radha', 'राधा'],
      ['Nirmala', 'निर्मला'],
      ['Shanti', 'शांति'],
      ['Priyanka', 'प्रियंका'],
      ['Kiran', 'किरण'],
      ['Vandana', 'वंदना']
    ],
    male: [
      ['Ramesh', 'रमेश'],
      ['Suresh', 'सुरेश'],
      ['Mahesh', 'महेश'],
      ['Rajesh', 'राजेश'],
      ['Sanjay', 'संजय'],
      ['Vijay', 'विजय'],
      ['Ashok', 'अशोक'],
      ['Mohan', 'मोहन'],
      ['Deepak', 'दीपक'],
      ['Anil', 'अनिल'],
      ['Manoj', 'मनोज'],
      ['Harish', 'हरीश'],
      ['Vikas', 'विकास'],
      ['Krishna', 'कृष्ण']
    ],
    family: [
      ['Sharma', 'शर्मा'],
      ['Verma', 'वर्मा'],
      ['Yadav', 'यादव'],
      ['Gupta', 'गुप्ता'],
      ['Tiwari', 'तिवारी'],
      ['Mishra', 'मिश्रा'],
      ['Patel', 'पटेल'],
      ['Chauhan', 'चौहान'],
      ['Prajapati', 'प्रजापति'],
      ['Sahu', 'साहू'],
      ['Thakur', 'ठाकुर'],
      ['Rajput', 'राजपूत']
    ]
  },
  {
    language: 'mr',
    female: [
      ['Mangala', 'मंगला'],
      ['Ujwala', 'उज्ज्वला'],
      ['Vaishali', 'वैशाली'],
      ['Sandhya', 'संध्या'],
      ['Manisha', 'मनीषा'],
      ['Ashwini', 'अश्विनी'],
      ['Sushma', 'सुषमा'],
      ['Jyoti', 'ज्योती'],
      ['Snehal', 'स्नेहल'],
      ['Archana', 'अर्चना']
    ],
    male: [
      ['Prakash', 'प्रकाश'],
      ['Dnyaneshwar', 'ज्ञानेश्वर'],
      ['Sachin', 'सचिन'],
      ['Nitin', 'नितीन'],
      ['Vitthal', 'विठ्ठल'],
      ['Balasaheb', 'बाळासाहेब'],
      ['Ganesh', 'गणेश'],
      ['Tukaram', 'तुकाराम'],
      ['Sandip', 'संदीप'],
      ['Milind', 'मिलिंद']
    ],
    family: [
      ['Patil', 'पाटील'],
      ['Kulkarni', 'कुलकर्णी'],
      ['Deshmukh', 'देशमुख'],
      ['Jadhav', 'जाधव'],
      ['Pawar', 'पवार'],
      ['Shinde', 'शिंदे'],
      ['Kale', 'काळे'],
      ['Gaikwad', 'गायकवाड'],
      ['Joshi', 'जोशी'],
      ['More', 'मोरे']
    ]
  },
  {
    language: 'kn',
    female: [
      ['Lakshmi', 'ಲಕ್ಷ್ಮಿ'],
      ['Savitha', 'ಸವಿತಾ'],
      ['Bhagya', 'ಭಾಗ್ಯ'],
      ['Shobha', 'ಶೋಭಾ'],
      ['Kamala', 'ಕಮಲಾ'],
      ['Pushpa', 'ಪುಷ್ಪಾ'],
      ['Sumithra', 'ಸುಮಿತ್ರಾ'],
      ['Gowri', 'ಗೌರಿ'],
      ['Nagamma', 'ನಾಗಮ್ಮ'],
      ['Roopa', 'ರೂಪಾ']
    ],
    male: [
      ['Manjunath', 'ಮಂಜುನಾಥ'],
      ['Basavaraj', 'ಬಸವರಾಜ'],
      ['Nagaraj', 'ನಾಗರಾಜ'],
      ['Shivakumar', 'ಶಿವಕುಮಾರ'],
      ['Ravi', 'ರವಿ'],
      ['Mallikarjuna', 'ಮಲ್ಲಿಕಾರ್ಜುನ'],
      ['Prakash', 'ಪ್ರಕಾಶ'],
      ['Siddaramu', 'ಸಿದ್ದರಾಮು'],
      ['Girish', 'ಗಿರೀಶ'],
      ['Suresh', 'ಸುರೇಶ']
    ],
    family: [
      ['Gowda', 'ಗೌಡ'],
      ['Hegde', 'ಹೆಗಡೆ'],
      ['Shetty', 'ಶೆಟ್ಟಿ'],
      ['Patil', 'ಪಾಟೀಲ'],
      ['Rao', 'ರಾವ್'],
      ['Naik', 'ನಾಯ್ಕ'],
      ['Kamath', 'ಕಾಮತ್'],
      ['Murthy', 'ಮೂರ್ತಿ']
    ]
  },
  {
    language: 'ta',
    female: [
      ['Meenakshi', 'மீனாட்சி'],
      ['Selvi', 'செல்வி'],
      ['Kavitha', 'கவிதா'],
      ['Malathi', 'மாலதி'],
      ['Revathi', 'ரேவதி'],
      ['Valli', 'வள்ளி'],
      ['Amutha', 'அமுதா'],
      ['Kala', 'கலா'],
      ['Thenmozhi', 'தேன்மொழி'],
      ['Saraswathi', 'சரஸ்வதி']
    ],
    male: [
      ['Murugan', 'முருகன்'],
      ['Senthil', 'செந்தில்'],
      ['Kumar', 'குமார்'],
      ['Selvam', 'செல்வம்'],
      ['Arumugam', 'ஆறுமுகம்'],
      ['Karthik', 'கார்த்திக்'],
      ['Mani', 'மணி'],
      ['Palani', 'பழனி'],
      ['Rajan', 'ராஜன்'],
      ['Anbu', 'அன்பு']
    ],
    family: [
      ['Subramanian', 'சுப்பிரமணியன்'],
      ['Raman', 'ராமன்'],
      ['Pillai', 'பிள்ளை'],
      ['Chettiar', 'செட்டியார்'],
      ['Natarajan', 'நடராஜன்'],
      ['Krishnan', 'கிருஷ்ணன்'],
      ['Velu', 'வேலு'],
      ['Sundaram', 'சுந்தரம்']
    ]
  },
  {
    language: 'bn',
    female: [
      ['Anjali', 'অঞ্জলি'],
      ['Mitali', 'মিতালি'],
      ['Sharmila', 'শর্মিলা'],
      ['Rina', 'রিনা'],
      ['Supriya', 'সুপ্রিয়া'],
      ['Bina', 'বীণা'],
      ['Moushumi', 'মৌসুমী'],
      ['Jharna', 'ঝর্ণা'],
      ['Purnima', 'পূর্ণিমা'],
      ['Lata', 'লতা']
    ],
    male: [
      ['Subhash', 'সুভাষ'],
      ['Amit', 'অমিত'],
      ['Tapan', 'তপন'],
      ['Swapan', 'স্বপন'],
      ['Dilip', 'দিলীপ'],
      ['Gautam', 'গৌতম'],
      ['Biswajit', 'বিশ্বজিৎ'],
      ['Nirmal', 'নির্মল'],
      ['Partha', 'পার্থ'],
      ['Sourav', 'সৌরভ']
    ],
    family: [
      ['Das', 'দাস'],
      ['Ghosh', 'ঘোষ'],
      ['Banerjee', 'ব্যানার্জি'],
      ['Mondal', 'মণ্ডল'],
      ['Sarkar', 'সরকার'],
      ['Roy', 'রায়'],
      ['Biswas', 'বিশ্বাস'],
      ['Pal', 'পাল']
    ]
  },
  {
    language: 'ur',
    female: [
      ['Fatima', 'فاطمہ'],
      ['Ayesha', 'عائشہ'],
      ['Nasreen', 'نسرین'],
      ['Shabana', 'شبانہ'],
      ['Rukhsana', 'رخسانہ'],
      ['Zainab', 'زینب'],
      ['Mumtaz', 'ممتاز'],
      ['Salma', 'سلمیٰ'],
      ['Parveen', 'پروین'],
      ['Yasmin', 'یاسمین']
    ],
    male: [
      ['Mohammad', 'محمد'],
      ['Imran', 'عمران'],
      ['Salim', 'سلیم'],
      ['Rashid', 'راشد'],
      ['Javed', 'جاوید'],
      ['Aslam', 'اسلم'],
      ['Yusuf', 'یوسف'],
      ['Nasir', 'ناصر'],
      ['Arif', 'عارف'],
      ['Irfan', 'عرفان']
    ],
    family: [
      ['Khan', 'خان'],
      ['Ansari', 'انصاری'],
      ['Sheikh', 'شیخ'],
      ['Qureshi', 'قریشی'],
      ['Siddiqui', 'صدیقی'],
      ['Mirza', 'مرزا'],
      ['Pathan', 'پٹھان'],
      ['Hashmi', 'ہاشمی']
    ]
  }
]

/** How many of a hundred households speak it. */
export const householdLanguages: readonly (readonly [NameStock['language'], number])[] = [
  ['hi', 52],
  ['mr', 14],
  ['ur', 14],
  ['bn', 8],
  ['kn', 6],
  ['ta', 6]
]
