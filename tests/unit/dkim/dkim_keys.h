#pragma once

// Keys that were made for these tests and sign nothing else.

/// RFC 8463 §A.1.
inline constexpr const char* kEd25519Key =
    "-----BEGIN PRIVATE KEY-----\n"
    "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
    "-----END PRIVATE KEY-----\n";

/// 2048 bits.
inline constexpr const char* kRsaKey =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIIEvAIBADANBgkqhkiG9w0BAQEFAASCBKYwggSiAgEAAoIBAQCnDJhRUWwku0r1\n"
    "XPX3IbLj0hRwLmWG8ZkWch9a9o15I6JLP8wx79IJ4rrzwS48lk34L5oVktDOvRNJ\n"
    "scfeG1kV/+TvF3Pwv77qLjuaBHkvWAEA9DoSBzs6ZO+kHxmdD1I6ovdEAfCibnj5\n"
    "3RO1+07KqnppADgeeSGdqRI7KsVnBNFKiRBMWS+o3PJm/lin02KxBSBEXkwYXo4B\n"
    "d8Cc/3VKipUqU3z3iucjeLphFnXEsN5Ff9gc7icHqDdz0xNQsPp1Ca8J//Nq3Elq\n"
    "xeHOHtEig80pYwthOPXFCo1h0QEiuEskLqbhFgU2X83d5XVaLCgoXInTb7yr0GSI\n"
    "n/bnHHctAgMBAAECggEACVR2bBGcdPoSTV1Gzj8PQGgrBLpNU1nKZMA0/h3yeDHu\n"
    "+OhJnam4/8euYg+HvJHh2EXDA7IdKsl7+qFiT1u/AFqNd8kbNva5UVe0Xn13eJcg\n"
    "CeSaGwhVB4WRrjH1JUTbdoju6dkjOSnrDybeLfYo8sAjcW/gsoWuGfcnxy7esvUw\n"
    "9FCfkWtUXrWWoeEy5HAUIm0SjPbCLI4FjCGxylYWd6dJp7IUfan2aGlmfQRQ7yAa\n"
    "6WveWJSPbS0D5TPbBJmHgbw/hJ3QX2YOptXGNdZJ0YD5y84IlpdJ3h6JpU5Q3ch6\n"
    "dhCRi7h30++BAWbmOlooOp+mPGSd4emW1980SRL7xQKBgQDsG5pnGjwGtErppWDv\n"
    "aUKkCEK8viHALJVkuDt7B9v5dfqKJ2GbsEyGP/GaSk+bm3L0oBLmkvwq8aje2ats\n"
    "/ilJaxLGG1TkaWlTXZ3SFI+fTYv16EPKcvjuH8KRzvJYNUWpR76uRffR3zYIE8pM\n"
    "ampUTJnw2JPIVj7OMQHRFu55PwKBgQC1H4dSlcLEVXBYqfDRUNJOuLbZt/z2Xpym\n"
    "TY4DO0yBR8TxIp9WxTf8VkO2DjwM0AsoXjJH7cE2pLBPYNh8lWZqnXui6NcNDkmr\n"
    "mONa19rMqwTmAOgdPc17/t40a/aLLFhvR9Chdw1CoP7bhhXe1IwY219RPiyTJujj\n"
    "Yf0dJQUokwKBgF0nct7U4fP/NENE5Z7v18QiIjqXhXdt369yZL1g13BwFN5nNUKY\n"
    "50hceDVYtln9lfhgI7TnLyi+WdM67EC/coit/yU8aV0JHe4vVHIrfJLspJjr/7sj\n"
    "a4V/8GNY1BLrScXFMb1Oi705JPdA36MQpU0HQAFfYcc8B+GQQlg9hO8/AoGAZ0MW\n"
    "b6saY70iVCpvNacSf/cnqHERM5U1UksdEBKax4oXajMHDP1bse2spPrwmY1zDwzF\n"
    "NeUDJxg1vMvGISE8RsSKXJLLKJJgxghgdsZh5BYMsOULcMBviqYAIXr8ENSzhp43\n"
    "ABdT5AzNwHJtvaEITpOjgDomR68DT7/qAte8XSkCgYAg2W5cEdeTmoMAXiF978Sx\n"
    "jzc1GM0f1HQkWBeknX8U86oNrLWbxS9ljU6x+FcjXNECo50Jm+wWxCuT7Fapb4ql\n"
    "NRD1wu/Em6LXksFeS6Sr9zzKPjVXTaYiP32Wt/w5uZMlxaBPrJAg2xauBoyFHlAI\n"
    "Tt73UaiEthQbc9vcNbcfqw==\n"
    "-----END PRIVATE KEY-----\n";

/// Its public half.
inline constexpr const char* kRsaPublic =
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEApwyYUVFsJLtK9Vz19yGy49IUcC5lhvGZ"
    "FnIfWvaNeSOiSz/MMe/SCeK688EuPJZN+C+aFZLQzr0TSbHH3htZFf/k7xdz8L++6i47mgR5L1gB"
    "APQ6Egc7OmTvpB8ZnQ9SOqL3RAHwom54+d0TtftOyqp6aQA4HnkhnakSOyrFZwTRSokQTFkvqNzy"
    "Zv5Yp9NisQUgRF5MGF6OAXfAnP91SoqVKlN894rnI3i6YRZ1xLDeRX/YHO4nB6g3c9MTULD6dQmv"
    "Cf/zatxJasXhzh7RIoPNKWMLYTj1xQqNYdEBIrhLJC6m4RYFNl/N3eV1WiwoKFyJ02+8q9BkiJ/2"
    "5xx3LQIDAQAB";

/// 512 bits.
inline constexpr const char* kShortRsaKey =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIIBVAIBADANBgkqhkiG9w0BAQEFAASCAT4wggE6AgEAAkEAoMWUva8elsNYkpHZ\n"
    "RaUNPEs30ZEVhqMDyWr23TuZbawjhJcwSftjdkta9oKk+TGyzagqeKMRj/Ru1T+/\n"
    "Pyw7TwIDAQABAkAhFAXicSFuC4sxvOhjN+5dNWyqpZs0NF4XFvbr1dNfiPPVoNFO\n"
    "Nr3kmzzRA7T4H/i1N3GsdP/kqrPzprA+dqUBAiEAzzWrw7gMK9Vm12BnovPTGwGw\n"
    "h67AxEOcUKGnoSeBzm8CIQDGoLJWCKFzaDfydOiyXHT64Nk0S4q7/WQuVRxCJJjR\n"
    "IQIgNed3dKX3fJu6ckMhEtItU/Q/kTyT5zrTemJjclgNu78CIBShZkSHWvWYso7t\n"
    "U6oK7l+McSL8YamK9RfW4TuBf5nhAiEAkcJQMamMFCjSb5cepR0tauuOf5/t2mf5\n"
    "/QsSKanVQzY=\n"
    "-----END PRIVATE KEY-----\n";

/// 1024 bits.
inline constexpr const char* kSmallRsaKey =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIICdwIBADANBgkqhkiG9w0BAQEFAASCAmEwggJdAgEAAoGBAMwEpLg5N3GcR7We\n"
    "Hdh0yUC4387hha538KRQMcqxJWJ8cXRLHUQppdcVNCbhPJkPJhBKJ97IypobAL+I\n"
    "ae5EaqyWZwdSGHz7elITr4Y8YxfVBK3RkkBrpMIUmlZL1Le7XKukv8aMDbFqtP6E\n"
    "2RQvJxkDWC8waTOOjFCDRGbxC7XPAgMBAAECgYA3lUBHTJdVZY2H5pcdBNxbvMKE\n"
    "+55PJTAzpAGcxlx4E41ZcKl9i5c6HPXDbfPzg1QMdhecs7m2+IpgpEqv9oXVGPHd\n"
    "R1zeP2IF20ZCQKoPaQFDdv5U9t6Nb2hdpX4lzW6sti4YpCYMe4/T+IfBKcyHiHVQ\n"
    "3gUu27zYrJtwsNAJ8QJBAOT0nqowlKyLNv02Bpp21noYMrYRIzEkqv5NA1aA2ou+\n"
    "eO/4Avux+gaLD2HMBfDTeZHYgMQZmeMCSfz2w67YEucCQQDkHfEtKJcq5kGJjCih\n"
    "4BiI5SlzT7xU0Sa66pCn0iHP9tTwh0LWGfRcX7xnqTKjlYOkh2PvDk7bY2wk1XRm\n"
    "ONDZAkEAwnFlVpBPk4Hfv4fkb8ZBPAvU9X70bkX/2ly5Wvuvn0KyHsp4bh2mg2wS\n"
    "MjI9UVuoQU6nfONpJ7vH7kf7xD/JPQJAbZLUXlS5CCpCIMfqXJdAMcGh/3m1hShR\n"
    "6kbx5SrSgwqVjlPqjt04u4ZhAYoMgPc4nLdMEXBWAJvpPmgp2VBBQQJBALvgeTEd\n"
    "ae0TLwwTUe1OuUZ3JxMxQ/s5vMZhd9k/q4VDWaUlPV/Q49KChuQo6mRh9j+eBjle\n"
    "ZLGLUVj3dKSQZYg=\n"
    "-----END PRIVATE KEY-----\n";

/// P-256.
inline constexpr const char* kEcKey =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg2GrgxqPguw8umort\n"
    "Gau2Xj/gZKAmHgjFDE37BIKsD6qhRANCAATd+e49o46mNbIH18BvCxk270/0einc\n"
    "sIHPZ1mCequiU3j+sFaFUTmtgvQn9/tmHpkN0i80JmazljxWiHXhMeaA\n"
    "-----END PRIVATE KEY-----\n";

/// With a password.
inline constexpr const char* kEncryptedKey =
    "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
    "MIGbMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAggR5cpdeO+nAICCAAw\n"
    "DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEHTUXiYk6V7UMyQ1/4gmFoQEQBOn\n"
    "VKlJpZuA0tzrhDikpguKjNGyT88PvQN5dOQLZCK2fpBC8LK6dzni0CSCU1+NHD/8\n"
    "KZh1uuxDmkiRTvf2bRo=\n"
    "-----END ENCRYPTED PRIVATE KEY-----\n";
