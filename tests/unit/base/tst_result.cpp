#include <set>

#include <QtTest>

#include "p2p/base/result.h"

using namespace mutoscope::base;

class TestResult : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyCodeHasItsNameAndAStatus()
    {
        std::set<std::string> names;
        for (int i = 0; i <= static_cast<int>(ErrorCode::Internal); ++i) {
            const auto code = static_cast<ErrorCode>(i);
            QVERIFY(name(code) != "unknown");
            names.emplace(name(code));
            QVERIFY(httpStatus(code) >= 400);
        }
        QCOMPARE(names.size(), static_cast<std::size_t>(ErrorCode::Internal) + 1);
        QCOMPARE(name(ErrorCode::PaymentRequired), std::string_view("payment-required"));
    }

    void statusesOfTheProtocolComeBackAsTheirCodes()
    {
        using enum ErrorCode;
        for (const ErrorCode code : {BadSignature, PaymentRequired, Forbidden, NotFound, Conflict, Gone, TooLarge,
                                     Unacceptable, TooMany, Unavailable, Timeout, Network, Internal})
            QCOMPARE(codeOfHttpStatus(httpStatus(code)), code);
        QCOMPARE(httpStatus(PaymentRequired), 402);
        QCOMPARE(httpStatus(BadSignature), 400);
        QCOMPARE(codeOfHttpStatus(418), Internal);
        QCOMPARE(codeOfHttpStatus(200), Internal);
    }

    void failCarriesItsSentence()
    {
        const Result<int> result = fail(ErrorCode::Gone, "it is over");
        QVERIFY(!result);
        QCOMPARE(result.error().code, ErrorCode::Gone);
        QCOMPARE(result.error().message, std::string("it is over"));
    }
};

QTEST_GUILESS_MAIN(TestResult)
#include "tst_result.moc"
