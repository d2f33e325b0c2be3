#include "p2p/wire/answers.h"

namespace mutoscope::wire
{

Signed<Problem> refusal(const base::Error& error, const base::Sha256& request, std::string_view network,
                        const crypto::NodeKey& key, base::UnixMs time)
{
    auto problem = answerTo<Problem>(request, network, key.publicKey(), time);
    problem.problem = "urn:mutoscope:problem:" + std::string(base::name(error.code));
    problem.title = base::name(error.code);
    problem.status = base::httpStatus(error.code);
    problem.detail = base::utf8Prefix(error.message, 500); // it may quote a file name or a stranger
    return sign(std::move(problem), key);
}

bool isPromised(const ContractAnswer& answer, const Contract& contract, const base::ContractId& id)
{
    if (!contract.incomeTracker)
        return true;
    if (!answer.promise)
        return false;
    const auto promise = open<ContractAnswer>(*answer.promise, contract.network, {Role::Node});
    return promise && promise->message.node == contract.tracker && promise->message.contract == id &&
           promise->message.reserved == contract.maxAmount;
}

} // namespace mutoscope::wire
