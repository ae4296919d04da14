/**
 * Names the folding was not tuned on, to measure how well it finds across scripts. Source: public knowledge of names common
 * in Hindi and Marathi speaking states; the Latin spellings are those found on voters' lists, in newspapers and on name plates.
 * They were written down before the first measurement and are not to be corrected so that a rule passes: add a rule and its
 * example to search-key.test.ts instead. One line: Devanagari, then its Latin spellings.
 */
export const heldOutFirstNames = `
अभिषेक Abhishek Abhisek|आदित्य Aditya Adithya|अजय Ajay Ajai|अखिलेश Akhilesh|आकाश Akash Aakash|अमित Amit Ameet|अमोल Amol|अनंत Anant Ananta
अनिल Anil|अंजलि Anjali Anjalee|अंकिता Ankita|अंकुश Ankush|अनुराधा Anuradha|अपर्णा Aparna|अर्चना Archana|अर्जुन Arjun Arjuna|अरुण Arun
अरुणा Aruna|अरविंद Arvind Aravind|आशा Asha Aasha|अशोक Ashok Asok|आशीष Ashish Asheesh|अश्विनी Ashwini Ashvini|अतुल Atul|अविनाश Avinash
बाबूराव Baburao|बालाजी Balaji|बलराम Balram Balaram|बसंती Basanti|भगवान Bhagwan Bhagvan|भारत Bharat|भारती Bharti Bharati|भास्कर Bhaskar
भावना Bhavna Bhawana|भीमराव Bhimrao|भूपेंद्र Bhupendra Bhupinder|बिंदु Bindu|चंदन Chandan|चंद्रशेखर Chandrashekhar Chandrasekhar|चेतन Chetan
दशरथ Dashrath Dasharath|दत्तात्रय Dattatray Dattatraya|दीपक Deepak Dipak|दीपाली Deepali Dipali|देवेंद्र Devendra Devender|धनंजय Dhananjay
धनश्री Dhanashree Dhanashri|धर्मेंद्र Dharmendra Dharmender|दिलीप Dilip Dileep|दिनेश Dinesh|दिव्या Divya|दुर्गा Durga|एकनाथ Eknath
गजानन Gajanan|गंगाधर Gangadhar|गायत्री Gayatri Gayathri|गीता Geeta Gita|गिरीश Girish Gireesh|गोविंद Govind Govinda|गुलाब Gulab|हनुमंत Hanumant
हरीश Harish Hareesh|हर्षद Harshad|हर्षा Harsha|हेमंत Hemant|हेमलता Hemlata Hemalata|इंदिरा Indira|इंदु Indu|ईश्वर Ishwar Eshwar
जगदीश Jagdish Jagadish|जया Jaya|जयंत Jayant|जयश्री Jayashree Jayshri|जितेंद्र Jitendra Jeetendra|ज्योति Jyoti Jyothi|कैलाश Kailash Kailas
कल्पना Kalpana|कमल Kamal|कमला Kamla Kamala|कांता Kanta|करण Karan|कार्तिक Kartik Karthik|कविता Kavita Kavitha|केशव Keshav Keshaw
किरण Kiran|किशोर Kishor Kishore|कोमल Komal|कुणाल Kunal|कुसुम Kusum|लता Lata Latha|ललिता Lalita Lalitha|लीला Leela Lila|माधव Madhav
माधुरी Madhuri|महादेव Mahadev Mahadeo|महेंद्र Mahendra Mahender|महेश Mahesh|मालती Malti Malati|मंदा Manda|मनीष Manish Maneesh|मनीषा Manisha
मंजू Manju|मनोज Manoj|मारुति Maruti|मीना Meena Mina|मीनाक्षी Meenakshi Minakshi|मीरा Meera Mira|मिलिंद Milind|मोहन Mohan|मोहिनी Mohini
मुकेश Mukesh|मुकुंद Mukund|नागेश Nagesh|नंदा Nanda|नंदिनी Nandini|नारायण Narayan|नरेंद्र Narendra Narender|नरेश Naresh|नीलम Neelam Nilam
नीता Neeta Nita|नेहा Neha|निखिल Nikhil|निर्मला Nirmala|नितिन Nitin|निवेदिता Nivedita|ओमप्रकाश Omprakash|पद्मा Padma|पंकज Pankaj
पांडुरंग Pandurang|परमेश्वर Parmeshwar Parameshwar|पार्वती Parvati Parvathi|पवन Pawan Pavan|प्रभाकर Prabhakar|प्रदीप Pradeep Pradip
प्रकाश Prakash|प्रमिला Pramila Promila|प्रमोद Pramod|प्रशांत Prashant Prasant|प्रतिभा Pratibha Prathibha|प्रवीण Pravin Praveen
प्रीति Preeti Priti|प्रिया Priya|पूजा Pooja Puja|पूनम Poonam Punam|पुष्पा Pushpa|राधा Radha|राहुल Rahul|राजाराम Rajaram|राजेश Rajesh
राजेंद्र Rajendra Rajender|राजू Raju|राकेश Rakesh|रमा Rama|रमण Raman|रमेश Ramesh|रंजना Ranjana|रत्ना Ratna|रवि Ravi|रवींद्र Ravindra Ravinder
रेखा Rekha|रेणुका Renuka|ऋषभ Rishabh|रितु Ritu|रोहित Rohit|रोहिणी Rohini|रूपा Roopa Rupa|सचिन Sachin|सदाशिव Sadashiv|सागर Sagar
साहिल Sahil|समीर Sameer Samir|संदीप Sandeep Sandip|संगीता Sangeeta Sangita|संजना Sanjana|संतोष Santosh Santhosh|सरस्वती Saraswati Sarasvati
सरिता Sarita|सतीश Satish Sateesh|सत्यनारायण Satyanarayan|सविता Savita Savitha|सावित्री Savitri Savithri|शैलेश Shailesh Sailesh|शकुंतला Shakuntala
शंकर Shankar Sankar|शांता Shanta Shantha|शारदा Sharda Sharada|शशिकांत Shashikant|शीला Sheela Shila|शेखर Shekhar Sekhar|शिवाजी Shivaji
शोभा Shobha Sobha|श्रद्धा Shraddha|श्याम Shyam Sham|सीमा Seema Sima|सीता Seeta Sita Seetha|सिद्धार्थ Siddharth Sidharth|स्मिता Smita|स्नेहा Sneha
सोमनाथ Somnath|सोनाली Sonali|सुभाष Subhash|सुधा Sudha|सुधीर Sudhir Sudheer|सुहास Suhas|सुजाता Sujata Sujatha|सुलोचना Sulochana|सुमन Suman
सुनील Sunil Suneel|सुरेखा Surekha|सुरेंद्र Surendra Surinder|सुरेश Suresh|सुशीला Sushila Susheela|स्वाति Swati Swathi|तानाजी Tanaji|तारा Tara
तुकाराम Tukaram|तुलसी Tulsi Tulasi|तुषार Tushar|उद्धव Uddhav Udhav|उज्ज्वला Ujjwala Ujwala|उमेश Umesh|उर्मिला Urmila|उषा Usha|वंदना Vandana
वर्षा Varsha|वसंत Vasant Vasanth|विद्या Vidya|विजय Vijay Vijai|विजया Vijaya|विकास Vikas|विक्रम Vikram|विमल Vimal|विनायक Vinayak
विनोद Vinod|विशाल Vishal|विष्णु Vishnu Visnu|योगेश Yogesh|योगिता Yogita|युवराज Yuvraj Yuvaraj|अब्दुल Abdul|आयशा Ayesha Aisha|इमरान Imran
रहीम Rahim Raheem|सलमा Salma|शबाना Shabana|यूसुफ Yusuf Yousuf|नसीम Naseem Nasim|फिरोज Firoz Feroz|जाकिर Zakir|नूर Noor Nur|रुखसाना Rukhsana`

export const heldOutFamilyNames = `
अग्रवाल Agrawal Agarwal Aggarwal|आहूजा Ahuja|आपटे Apte|बाघेल Baghel|बैस Bais|बजाज Bajaj|बंसल Bansal|बापट Bapat|भालेराव Bhalerao
भंडारी Bhandari|भाटिया Bhatia|भट्ट Bhatt Bhat|भोसले Bhosale Bhonsle Bhosle|बिष्ट Bisht|चव्हाण Chavan Chauhan Chawan|चतुर्वेदी Chaturvedi
चौबे Chaubey Choubey|चौरसिया Chaurasia Chourasiya|दास Das Dass|देसाई Desai|देशपांडे Deshpande|धवन Dhawan Dhavan|दीक्षित Dixit Dikshit
दुबे Dubey Dube|गाडगीळ Gadgil|गायकवाड Gaikwad Gaekwad|गांधी Gandhi|गर्ग Garg|घोरपडे Ghorpade|गोखले Gokhale|गोयल Goyal Goel|गुप्ता Gupta
इंगळे Ingle Ingale|जगताप Jagtap|जैन Jain|जायसवाल Jaiswal Jayaswal|झा Jha|जोशी Joshi|कदम Kadam|कांबळे Kamble Kambale|कपूर Kapoor Kapur
कर्वे Karve|काटे Kate|खन्ना Khanna|खरे Khare|खोत Khot|कोल्हे Kolhe|कुमार Kumar|कुशवाहा Kushwaha|लोखंडे Lokhande|महाजन Mahajan
मालवीय Malviya Malaviya|माने Mane|मराठे Marathe|मेहता Mehta|मोरे More|नाईक Naik Naik|नेगी Negi|निकम Nikam|ओझा Ojha|पांडेय Pandey Pande
परांजपे Paranjape Paranjpe|परमार Parmar|पाठक Pathak|पटेल Patel|पवार Pawar Pavar|फडके Phadke Fadke|प्रसाद Prasad|राऊत Raut|रावत Rawat
साहू Sahu|सक्सेना Saxena Saksena|साळुंखे Salunkhe|सावंत Sawant Savant|सेठी Sethi|शर्मा Sharma Sarma|शास्त्री Shastri Sastri|शुक्ला Shukla
सोलंकी Solanki|सोनार Sonar|श्रीवास्तव Srivastava Shrivastav Shrivastava|सूर्यवंशी Suryawanshi Suryavanshi|ठाकरे Thakare Thackeray|ठाकुर Thakur
तिवारी Tiwari Tewari|त्यागी Tyagi|वर्मा Verma Varma|व्यास Vyas|यादव Yadav|अंसारी Ansari|कुरैशी Qureshi Kureshi|मलिक Malik|मिर्जा Mirza|पठान Pathan`
