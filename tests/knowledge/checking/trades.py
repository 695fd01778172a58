"""Pairs of articles from several trades, as "Title | body": the first table contradicts, the second does not."""

CONTRADICT = [
    (
        "Frame warranty | Our frames are guaranteed for 10 years.",
        "Warranty on bicycles | The warranty on the frame is 5 years; on other parts it is 2 years.",
    ),
    (
        "Router returns | Please return the router within 14 days after your contract ends.",
        "Leaving us | When your contract ends, send the router back within 30 days, or we charge €60.",
    ),
    (
        "Leaving us | If you do not send back the router, we charge €60.",
        "Router | A router that is not returned costs €80.",
    ),
    (
        "Late check-out | Late check-out until 14:00 costs €25.",
        "Leaving later | For €40 you can have a late check-out until 14:00.",
    ),
    (
        "Cancelling a room | You can cancel your room free of charge up to 48 hours before arrival.",
        "Booking terms | Rooms may be cancelled without charge until 24 hours before arrival.",
    ),
    (
        "Data retention | Deleted invoices are kept for 90 days.",
        "Deleting invoices | We keep deleted invoices for 30 days, then they are gone.",
    ),
    (
        "Support hours | Our support team answers from 9:00 to 17:00 on weekdays.",
        "Contact | Support is there on weekdays from 8:00 to 18:00.",
    ),
    (
        "Users | An accountant can be invited at no cost.",
        "Inviting your accountant | Inviting an accountant costs €5 a month.",
    ),
    (
        "Speed | Fibre 500 gives a download speed of 500 Mbps and an upload speed of 100 Mbps.",
        "Fibre 500 | Upload speed with Fibre 500: 50 Mbps.",
    ),
    ("Smoking | Smoking is not allowed on balconies.", "Balconies | You may smoke on the balconies."),
    ("Skipping | You can skip up to 4 boxes in a row.", "Pausing | At most 6 boxes in a row can be skipped."),
    ("Export | Reports can be exported as PDF.", "Reports | It is not possible to export reports as PDF."),
    (
        "Pool | The pool is open daily from 7:00 to 22:00.",
        "Wellness | Our pool opens at 8:00 and closes at 22:00.",
    ),
    (
        "Deposit | We hold a deposit of €100 on your card.",
        "Check-in | At check-in a deposit of €150 is blocked on your card.",
    ),
    (
        "Contract | The broadband contract runs for 24 months.",
        "Terms | The minimum contract term for broadband is 12 months.",
    ),
    (
        "Test rides | A test ride takes 30 minutes and is free.",
        "Trying a bike | You can test ride a bike for up to 60 minutes.",
    ),
    ("Allergies | Our kitchen handles nuts.", "Nuts | Our kitchen does not handle nuts."),
    (
        "Children | Children under 6 stay free.",
        "Families | Children under 12 stay free in their parents' room.",
    ),
    (
        "Refund speed | Refunds are issued within 5 business days after we receive the returned bike.",
        "Bike returns | Once your bike is back with us, the money is on its way within 10 business days.",
    ),
    (
        "Subscriptions | Cancel your meal kit any time, no later than 5 days before delivery.",
        "Ending your plan | You may cancel the meal kit up to 7 days before the next delivery.",
    ),
    (
        "Lost keys | A lost locker key costs €15.",
        "Lockers | If you lose the key of your locker, you pay €20.",
    ),
    (
        "Puncture repair | Puncture repairs are done within 1 hour.",
        "Repair times | A puncture repair takes 24 hours.",
    ),
    (
        "Membership | The membership fee is €120 a year.",
        "Joining | Members pay €140 per year for their membership.",
    ),
    (
        "Slow internet | The router can be placed up to 10 metres from the socket.",
        "Router setup | Place the router no more than 5 metres from the socket.",
    ),
    (
        "Vegetarian meals | There are 8 vegetarian meals to choose from each week.",
        "Menu | Each week our menu has 12 vegetarian meals.",
    ),
    (
        "Ingredients | Chilled ingredients keep for 5 days in the fridge.",
        "Storing | Keep chilled ingredients in the fridge for no longer than 3 days.",
    ),
    ("Wi-Fi | Wi-Fi is free in the whole hotel.", "Internet | Wi-Fi costs €5 a day in the hotel."),
    ("Pets | Each dog costs €15 per night.", "Dogs | For a dog we charge 20 euros a night."),
    (
        "Exports | You can export data to CSV and Excel.",
        "Limits | It is not possible to export data to Excel.",
    ),
    (
        "VAT returns | VAT returns can be submitted directly from Ledgerly.",
        "Tax | VAT returns cannot be submitted from Ledgerly.",
    ),
    (
        "Two-factor | The code from the text message is valid for 10 minutes.",
        "Codes | Text message codes expire after 5 minutes.",
    ),
    (
        "Referral | You get €20 for every friend you refer.",
        "Refer a friend | For each friend who joins, you receive a credit of €15.",
    ),
]

AGREE = [
    (
        "Service | A full service of your bicycle takes 5 working days.",
        "Express service | An express service takes 1 day.",
    ),
    (
        "Frame warranty | Our frames are guaranteed for 10 years.",
        "Battery warranty | Batteries are guaranteed for 2 years.",
    ),
    ("Router | Return the router within 14 days.", "Activation | Your line is activated within 10 days."),
    ("Fees | A late payment costs €10.", "Engineer | A missed engineer appointment costs €30."),
    (
        "Cancelling | Rooms can be cancelled up to 48 hours before arrival.",
        "Groups | Group bookings can be cancelled up to 30 days before arrival.",
    ),
    ("Starter | The Starter plan costs €9 a month.", "Growth | The Growth plan costs €29 a month."),
    ("Uploads | Files may be up to 20 MB.", "Receipts | Photos of receipts may be up to 5 MB."),
    (
        "Delivery | Boxes arrive between 8:00 and 18:00.",
        "Weekend delivery | At weekends boxes arrive between 9:00 and 14:00.",
    ),
    ("Invoices | Invoices are due within 14 days.", "Reminders | A reminder is sent after 21 days."),
    ("Payments | You can pay by card.", "Payments by cheque | You cannot pay by cheque."),
    ("Fibre 100 | Fibre 100 has 100 Mbps.", "Fibre 500 | Fibre 500 has 500 Mbps."),
    (
        "Changing | You can change your box until Wednesday.",
        "Changing address | The address cannot be changed after Wednesday.",
    ),
    (
        "Discount | New customers get 40% off the first box.",
        "Friends | Invite a friend and get 20% off your next box.",
    ),
    ("VAT | The standard VAT rate is 20%.", "VAT on food | The reduced VAT rate is 5%."),
    ("Rooms | Single rooms have 18 m and sleep 1 person.", "Family rooms | Family rooms sleep 4 people."),
    (
        "Refunds | We refund within 5 days after the bike arrives.",
        "Damage | Report damage within 48 hours after the bike arrives.",
    ),
    ("Hotline | Call 0800 555 010 for sales.", "Faults | Call 0800 555 020 for faults."),
    ("Storage | Starter includes 5 GB.", "Storage | Growth includes 50 GB."),
    (
        "Puncture repair | Puncture repairs are done within 1 hour.",
        "Wheel repair | Wheel repairs take 3 days.",
    ),
    ("Wi-Fi | Wi-Fi is free in the whole hotel.", "Safe | A safe costs €3 a day."),
    ("Ports | Moving your number takes 3 working days.", "New line | A new line takes 10 working days."),
    (
        "Codes | The text message code is valid for 10 minutes.",
        "Links | The password link is valid for 24 hours.",
    ),
    ("Pool | The pool closes at 22:00.", "Bar | The bar closes at 1:00."),
    (
        "Paying | You can pay in instalments from €100.",
        "Gift cards | Gift cards cannot be paid in instalments.",
    ),
    (
        "Growth | With Growth you can have 10 users.",
        "Support | We answer within 10 hours, on Growth within 2 hours.",
    ),
]
